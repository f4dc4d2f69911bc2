package io.portcullis.listen;

import io.portcullis.net.Networks;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * The proxies in front that begin each connection with a PROXY protocol header, and so tell whose it is.
 *
 * @param from they must send one; all others must not
 * @param timeout how long a header may take
 */
public record ProxyPeers(Networks from, Duration timeout) {
    /** Whether a connection from there begins with a header. */
    boolean include(SocketAddress remote) {
        if (remote instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return from.contains(inet.getAddress());
        }
        return from.containsUnix();
    }
}
