package io.portcullis.listen;

import io.netty.channel.Channel;
import io.portcullis.net.ConnectionGate;
import io.portcullis.net.Networks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Lets a new connection in, or closes it, and gives its place back when it is gone. Safe for any thread. */
final class Admission {
    private final ConnectionGate gate;

    Admission(ConnectionGate gate) {
        this.gate = gate;
    }

    /** Whether {@code channel} may go on; where not, it is being closed. */
    boolean admit(Channel channel, Stack stack) {
        InetAddress counted = counted(channel, stack.trusted());
        String refused = gate.enter(counted);
        if (refused != null) {
            stack.meters().refused(refused);
            channel.close();
            return false;
        }
        stack.meters().opened();
        channel.closeFuture().addListener(closed -> {
            gate.leave(counted);
            stack.meters().closed();
        });
        return true;
    }

    /** A proxy in front of us brings many clients by one address: it is not counted by it. */
    private static @Nullable InetAddress counted(Channel channel, Networks trusted) {
        if (channel.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return trusted.contains(inet.getAddress()) ? null : inet.getAddress();
        }
        return null;
    }
}
