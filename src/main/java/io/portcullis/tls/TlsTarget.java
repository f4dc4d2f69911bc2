package io.portcullis.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.portcullis.config.TlsConfig;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake is made with: one native context, and the facts about it.
 *
 * <p>Safe for any thread. Belongs to its {@link CertificateIndex}; handlers it has made keep the native context alive by themselves
 * until their engine is released (an {@link SslHandler} does so when it leaves its pipeline).
 */
public final class TlsTarget {
    private final ReferenceCountedOpenSslServerContext context;
    private final NameClaims.Served served;

    TlsTarget(ReferenceCountedOpenSslServerContext context, NameClaims.Served served) {
        this.context = context;
        this.served = served;
    }

    /**
     * A handler for one connection. Null where the index was closed in the meantime: read the current index and match again.
     */
    public @Nullable SslHandler newHandler(ByteBufAllocator allocator) {
        if (!retain()) {
            return null;
        }
        try {
            // The engine takes its own reference, so ours may go.
            return context.newHandler(allocator);
        } finally {
            context.release();
        }
    }

    /** One certificate of each kind of key, for the same names; the client's signature algorithms pick. */
    public List<Credential> credentials() {
        return served.together();
    }

    /** {@code modern}, {@code intermediate} or {@code custom}. */
    public String policy() {
        return served.group().terms().policy().name();
    }

    /** Versions, suites, groups, protocols and client certificates, as the operator wrote them. */
    public TlsConfig.Terms terms() {
        return served.group().terms();
    }

    /** Whether clients are asked for certificates, which {@link #client} then reads. */
    public boolean asksForCertificates() {
        return served.group().asksForCertificates();
    }

    /**
     * Who the client showed itself to be, in a handshake that has just succeeded; null where it showed nothing. A session that resumed
     * is decided on again, for an authority or a revocation list may have changed (rule S02).
     *
     * @throws CertificateException where the client may not come in (any more)
     */
    public @Nullable ClientIdentity client(SSLEngine engine, boolean resumed) throws CertificateException {
        ClientTrust trust = served.group().trust();
        return trust == null ? null : ClientIdentity.of(engine, trust, resumed);
    }

    /** What backends are told of it by names of the operator's choice, values by names; nothing where he chose none. */
    public Map<String, String> told(@Nullable ClientIdentity client) {
        ClientTrust trust = served.group().trust();
        if (trust == null) {
            return Map.of();
        }
        return client == null ? ClientFacts.nobody(trust.settings().headers()) : client.told();
    }

    PolicyGroup group() {
        return served.group();
    }

    /** Whether a context built for {@code wanted} would be this one: the same certificates, keys, terms and lists. */
    boolean isFor(NameClaims.Served wanted) {
        ClientTrust own = served.group().trust();
        ClientTrust other = wanted.group().trust();
        boolean sameTrust = own == null || other == null ? own == other : own.isLike(other);
        List<Credential> mine = served.together();
        List<Credential> theirs = wanted.together();
        boolean sameCertificates = mine.size() == theirs.size();
        for (int i = 0; sameCertificates && i < mine.size(); i++) {
            sameCertificates = mine.get(i).isLike(theirs.get(i));
        }
        return sameTrust && sameCertificates && served.group().isSame(wanted.group());
    }

    /** One more owner, each of whom releases it; false where it is gone already. */
    boolean retain() {
        try {
            context.retain();
            return true;
        } catch (IllegalReferenceCountException e) {
            return false;
        }
    }

    void setTicketKeys(TicketKeys keys) {
        byte[] sessions = served.group().sessions(served.together());
        context.sessionContext().setTicketKeys(keys.of(sessions));
    }

    ReferenceCountedOpenSslServerContext context() {
        return context;
    }

    void release() {
        context.release();
    }

    @Override
    public String toString() {
        return "TlsTarget[" + served + "]";
    }
}
