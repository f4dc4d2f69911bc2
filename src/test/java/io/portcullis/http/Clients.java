package io.portcullis.http;

import io.portcullis.net.Networks;
import io.portcullis.net.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Peers for tests without sockets. */
final class Clients {
    static final Networks TRUSTED = Networks.of(List.of("10.0.0.0/8", "fd00::/8"));

    private Clients() {}

    /** From 192.0.2.7, by plain HTTP, not trusted. */
    static Peer stranger() {
        return from("192.0.2.7");
    }

    /** From 10.0.0.1, by plain HTTP, trusted. */
    static Peer trusted() {
        return from("10.0.0.1");
    }

    private static Peer from(String address) {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.ofLiteral(address), 4711);
        return Peer.of("plain", remote, new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 80), TRUSTED, null);
    }
}
