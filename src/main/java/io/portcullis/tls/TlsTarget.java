package io.portcullis.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.portcullis.config.TlsConfig;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake is made with: one native context, and the facts about it.
 *
 * <p>Safe for any thread. Belongs to its {@link CertificateIndex}, or to several that follow one another; handlers it has made keep their
 * native context alive by themselves until their engine is released (an {@link SslHandler} does so when it leaves its pipeline). A native
 * context never changes its staples: other staples are another context, which takes the place of the one before.
 */
public final class TlsTarget {
    private final NameClaims.Served served;
    private final RemoteKeys keys;
    private final Set<KeyKind> kinds;
    private final ReentrantLock lock = new ReentrantLock();
    /** Null once nobody owns this any more. */
    private volatile @Nullable ReferenceCountedOpenSslServerContext context;

    private List<@Nullable Staple> staples;
    private TicketKeys tickets;
    private int owners = 1;

    /** Serves {@code staples}, and has one owner. */
    TlsTarget(NameClaims.Served served, TicketKeys tickets, Staples staples, RemoteKeys keys) throws SSLException {
        this.served = served;
        this.keys = keys;
        this.kinds = KeyKind.of(served.together());
        this.tickets = tickets;
        this.staples = each(staples);
        this.context = ServerContexts.context(served, tickets, this.staples, keys);
    }

    /**
     * A handler for one connection. Null where the index was closed in the meantime: read the current index and match again.
     */
    public @Nullable SslHandler newHandler(ByteBufAllocator allocator) {
        for (ReferenceCountedOpenSslServerContext held = context; held != null; held = context) {
            try {
                held.retain();
            } catch (IllegalReferenceCountException e) {
                // Its place was taken between the two looks.
                continue;
            }
            try {
                // The engine takes its own reference, so ours may go.
                return held.newHandler(allocator);
            } finally {
                held.release();
            }
        }
        return null;
    }

    /** One certificate of each kind of key, for the same names; the client's signature algorithms pick. */
    public List<Credential> credentials() {
        return served.together();
    }

    /** What its certificates' keys sign by. */
    Set<KeyKind> kinds() {
        return kinds;
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
        lock.lock();
        try {
            boolean alive = owners > 0;
            owners += alive ? 1 : 0;
            return alive;
        } finally {
            lock.unlock();
        }
    }

    void setTicketKeys(TicketKeys keys) {
        lock.lock();
        try {
            tickets = keys;
            ReferenceCountedOpenSslServerContext now = context;
            if (now != null) {
                now.sessionContext().setTicketKeys(keys.of(served.group().sessions(served.together())));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has the next handshakes bring these staples. Takes a few milliseconds where they changed: never on an event loop. */
    void staple(Staples now) throws SSLException {
        List<@Nullable Staple> wanted = each(now);
        lock.lock();
        try {
            ReferenceCountedOpenSslServerContext before = context;
            if (before != null && !wanted.equals(staples)) {
                context = ServerContexts.context(served, tickets, wanted, keys);
                staples = wanted;
                before.release();
            }
        } finally {
            lock.unlock();
        }
    }

    private List<@Nullable Staple> each(Staples all) {
        List<@Nullable Staple> each = new ArrayList<>();
        for (Credential credential : served.together()) {
            each.add(all.of(credential));
        }
        return each;
    }

    /** The present one, which its owners keep alive. */
    ReferenceCountedOpenSslServerContext context() {
        ReferenceCountedOpenSslServerContext now = context;
        if (now == null) {
            throw new IllegalStateException("context: released");
        }
        return now;
    }

    void release() {
        lock.lock();
        try {
            ReferenceCountedOpenSslServerContext last = context;
            if (--owners == 0 && last != null) {
                context = null;
                last.release();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "TlsTarget[" + served + "]";
    }
}
