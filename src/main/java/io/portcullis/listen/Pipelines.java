package io.portcullis.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.portcullis.http.ClientConnection;
import io.portcullis.net.LateFlush;
import io.portcullis.net.Loop;
import io.portcullis.net.Loops;
import io.portcullis.net.Peer;
import io.portcullis.net.TlsFacts;
import io.portcullis.telemetry.ConnectionEvent;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts together what drives a connection: TLS or not, then the front of its protocol. Safe for any thread. */
final class Pipelines {
    private final Loops loops;
    private final ConnectionIds ids;
    private final ProxyHeader.@Nullable Ends ends;

    Pipelines(Loops loops, ConnectionIds ids) {
        this(loops, ids, null);
    }

    private Pipelines(Loops loops, ConnectionIds ids, ProxyHeader.@Nullable Ends ends) {
        this.loops = loops;
        this.ids = ids;
        this.ends = ends;
    }

    /** The same for a connection that a proxy in front made for another one. */
    Pipelines on(ProxyHeader.@Nullable Ends behalf) {
        return behalf == null ? this : new Pipelines(loops, ids, behalf);
    }

    Loop loop(Channel channel) {
        return loops.of(channel);
    }

    /**
     * Begins a connection.
     *
     * @param current what the listener does by now, for handshakes that a reload overtakes
     */
    void begin(Channel channel, Stack stack, Supplier<Stack> current) {
        LateFlush.first(channel);
        if (stack.certificates() == null) {
            // Only here can a client close its half and wait; with TLS a close is a close.
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, channel instanceof DuplexChannel);
            if (stack.h2c()) {
                channel.pipeline().addLast(new PrefaceStep(this, stack, loops.of(channel)));
            } else {
                front(channel, stack, null, false);
            }
            return;
        }
        Handshake handshake = new Handshake(this, stack, loops.of(channel));
        channel.pipeline().addLast(new TlsStep(stack, current, handshake), handshake);
    }

    /** Adds the front to a connection whose protocol is known. */
    void front(Channel channel, Stack stack, @Nullable TlsFacts tls, boolean http2) {
        Loop loop = loops.of(channel);
        Peer peer = Peer.of(
                stack.name(),
                ends == null ? channel.remoteAddress() : ends.source(),
                ends == null ? channel.localAddress() : ends.destination(),
                stack.trusted(),
                tls);
        ClientConnection client = new ClientConnection(peer, ids.next());
        ConnectionEvent event = ConnectionEvent.begun();
        if (event != null) {
            long handshake = tls == null ? 0 : tls.handshakeNanos();
            channel.closeFuture().addListener(closed -> event.over(peer.told(peer.address()), http2, handshake));
        }
        channel.pipeline()
                .addLast(http2 ? new Http2Front(loop, stack, client, channel) : new Http1Front(loop, stack, client));
    }
}
