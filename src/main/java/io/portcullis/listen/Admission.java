package io.portcullis.listen;

import io.netty.channel.Channel;
import io.portcullis.net.ConnectionGate;
import io.portcullis.net.Networks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Lets a new connection in, or closes it, and gives its place back when it is gone. Safe for any thread. */
final class Admission {
    private final ConnectionGate gate;

    Admission(ConnectionGate gate) {
        this.gate = gate;
    }

    /** Whether {@code channel} may go on; where not, it is being closed. */
    boolean admit(Channel channel, Stack stack) {
        SocketAddress remote = channel.remoteAddress();
        ProxyPeers proxies = stack.proxies();
        InetAddress counted = proxies != null && proxies.include(remote) ? null : counted(remote, stack.trusted());
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

    /** Whether {@code channel}, which was admitted and proves to be {@code source}'s, may go on; where not, it is being closed. */
    boolean admitBehalf(Channel channel, Stack stack, SocketAddress source) {
        InetAddress counted = counted(source, stack.trusted());
        if (counted == null) {
            return true;
        }
        if (!gate.enterAddress(counted)) {
            stack.meters().refused("address_limit");
            channel.close();
            return false;
        }
        channel.closeFuture().addListener(closed -> gate.leaveAddress(counted));
        return true;
    }

    /** A proxy in front of us brings many clients by one address: it is not counted by it. */
    private static @Nullable InetAddress counted(SocketAddress remote, Networks trusted) {
        if (remote instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return trusted.contains(inet.getAddress()) ? null : inet.getAddress();
        }
        return null;
    }
}
