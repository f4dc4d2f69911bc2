package io.portcullis.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake is made with: one native context, and the facts about it.
 *
 * <p>Safe for any thread. Belongs to its {@link CertificateIndex}; handlers it has made keep the native context alive by themselves
 * until their engine is released (an {@link SslHandler} does so when it leaves its pipeline).
 */
public final class TlsTarget {
    private final ReferenceCountedOpenSslServerContext context;
    private final List<Credential> credentials;
    private final String policy;

    TlsTarget(ReferenceCountedOpenSslServerContext context, List<Credential> credentials, String policy) {
        this.context = context;
        this.credentials = List.copyOf(credentials);
        this.policy = policy;
    }

    /**
     * A handler for one connection. Null where the index was closed in the meantime: read the current index and match again.
     */
    public @Nullable SslHandler newHandler(ByteBufAllocator allocator) {
        try {
            context.retain();
        } catch (IllegalReferenceCountException e) {
            return null;
        }
        try {
            // The engine takes its own reference, so ours may go.
            return context.newHandler(allocator);
        } finally {
            context.release();
        }
    }

    /** One certificate, or an RSA and an ECDSA one for the same names; the client's signature algorithms pick. */
    public List<Credential> credentials() {
        return credentials;
    }

    /** {@code modern}, {@code intermediate} or {@code custom}. */
    public String policy() {
        return policy;
    }

    void setTicketKeys(TicketKeys keys) {
        sessions().setTicketKeys(keys.current());
    }

    private OpenSslServerSessionContext sessions() {
        return context.sessionContext();
    }

    ReferenceCountedOpenSslServerContext context() {
        return context;
    }

    void release() {
        context.release();
    }

    @Override
    public String toString() {
        return "TlsTarget[" + policy + ", " + credentials + "]";
    }
}
