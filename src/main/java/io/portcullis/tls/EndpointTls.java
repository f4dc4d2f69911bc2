package io.portcullis.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import io.portcullis.config.UpstreamTls;
import java.lang.ref.Cleaner;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS toward one endpoint. Safe for any thread.
 *
 * <p>Each endpoint has a native context of its own, so that no session resumes at one whose certificate was not checked by the same
 * name, authorities and identity (rule R13). An exchange may still dial when its upstream is retired, so the context goes with the
 * last reference to this.
 */
public final class EndpointTls {
    private static final Cleaner CLEANER = Cleaner.create();

    /** Key of the context's session cache, which is this endpoint's alone; no host name, or Netty would ask for it by SNI. */
    private static final String ANY_PEER = "endpoint";

    /** What the endpoint says of the end of its bytes, as a user event. */
    public enum Ending {
        /** It has said that nothing follows (close_notify). */
        SAID,
        /** It broke off: what came may be a part (RFC 9112 §9.8). */
        CUT_OFF
    }

    private final SslContext context;
    private final List<String> alpn;

    private EndpointTls(SslContext context, List<String> alpn) {
        this.context = context;
        this.alpn = alpn;
        CLEANER.register(this, () -> ReferenceCountUtil.release(context));
    }

    static EndpointTls of(ClientTls tls, String host, List<String> alpn) {
        UpstreamTls settings = tls.settings();
        String name = tls.name(host);
        String asked = settings.sni() == null ? name : settings.sni();
        PrivateKey key = tls.key();
        try {
            SslContextBuilder builder = new TlsPolicy(settings.policy())
                    .applyTo(SslContextBuilder.forClient())
                    .trustManager(settings.verify() ? EndpointTrust.of(tls.authorities(), name) : ServersOnly.ANYBODY)
                    // The trust manager compares names itself.
                    .endpointIdentificationAlgorithm(null)
                    .applicationProtocolConfig(TlsPolicy.alpn(alpn));
            if (key != null) {
                builder.keyManager(key, tls.chain().toArray(X509Certificate[]::new));
            }
            if (!asked.isEmpty() && !HostNames.isAddress(asked)) {
                builder.serverName(new SNIHostName(asked));
            }
            return new EndpointTls(builder.build(), alpn);
        } catch (SSLException e) {
            throw new IllegalStateException("tls: the library refuses " + settings, e);
        }
    }

    /**
     * The first handler of a connection: shakes hands, then puts {@code next} behind itself as on a new channel, then tells
     * {@code ready}. Where that fails {@code next} never sees the channel, which is closed.
     *
     * @param deadlineNanos when it must be done, by {@link System#nanoTime}
     */
    public ChannelHandler handshake(long deadlineNanos, ChannelHandler next, Promise<Channel> ready) {
        return new EndpointHandshake(this, deadlineNanos, next, ready);
    }

    /** Ends our direction by close_notify; the other one goes on. */
    public static void endOurSide(Channel channel) {
        SslHandler engine = channel.pipeline().get(SslHandler.class);
        if (engine != null) {
            engine.closeOutbound();
        }
    }

    SslHandler engine(Channel channel, long timeoutNanos) {
        SslHandler engine = context.newHandler(channel.alloc(), ANY_PEER, 1);
        engine.setHandshakeTimeout(Math.max(1_000_000, timeoutNanos), TimeUnit.NANOSECONDS);
        return engine;
    }

    /** Whether what was agreed by ALPN is what was wanted; who speaks HTTP/1.1 need not know of ALPN. */
    boolean agreed(@Nullable String protocol) {
        return protocol == null ? alpn.contains("http/1.1") : alpn.contains(protocol);
    }

    List<String> alpn() {
        return alpn;
    }
}
