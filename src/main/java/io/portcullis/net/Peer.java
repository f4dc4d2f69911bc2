package io.portcullis.net;

import io.portcullis.telemetry.AccessRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One client connection's unchanging facts.
 *
 * @param listener the listener's name
 * @param address the client's address as text without a zone; {@code unix} for a Unix socket
 * @param port the client's port; 0 for a Unix socket
 * @param inet the client's address; null for a Unix socket
 * @param localInet the address the client came to; null for a Unix socket, or where it is not known
 * @param localPort the port the client came to; 0 for a Unix socket
 * @param trusted whether the address is one of {@code forwarding.trusted-proxies}
 * @param tls null for plain HTTP
 */
public record Peer(
        String listener,
        String address,
        int port,
        @Nullable InetAddress inet,
        @Nullable InetAddress localInet,
        int localPort,
        boolean trusted,
        @Nullable TlsFacts tls) {

    /** The facts of a connection between these two addresses. */
    public static Peer of(
            String listener, SocketAddress remote, SocketAddress local, Networks trusted, @Nullable TlsFacts tls) {
        int localPort = local instanceof InetSocketAddress inet ? inet.getPort() : 0;
        InetAddress localInet = local instanceof InetSocketAddress inet ? inet.getAddress() : null;
        if (remote instanceof InetSocketAddress inet && inet.getAddress() != null) {
            InetAddress address = inet.getAddress();
            return new Peer(
                    listener,
                    Networks.text(address),
                    inet.getPort(),
                    address,
                    localInet,
                    localPort,
                    trusted.contains(address),
                    tls);
        }
        return new Peer(listener, "unix", 0, null, localInet, localPort, trusted.containsUnix(), tls);
    }

    /** The same for log and recordings, of {@code client}: its address as far as trusted proxies vouch for it. */
    public AccessRecord.Connection told(String client) {
        return new AccessRecord.Connection(
                listener,
                client,
                port,
                tls == null
                        ? null
                        : new AccessRecord.Tls(
                                tls.version(), tls.cipher(), tls.group(), tls.sni(), tls.resumed(), tls.ja4()));
    }

    public boolean isSecure() {
        return tls != null;
    }

    public String scheme() {
        return tls != null ? "https" : "http";
    }
}
