package io.portcullis.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a listener listens: a host and port, every interface, or a Unix socket.
 *
 * @param host an IP literal or a name; null for {@code *}, every interface by IPv4 and IPv6
 * @param port 0 to 65535 (0: any free port, for tests); 0 with a Unix socket
 * @param unixPath the socket file; null for TCP
 * @param where the line it was written in
 */
public record BindAddress(@Nullable String host, int port, @Nullable Path unixPath, SourceLine where) {
    /** The form the operator writes: {@code *:443}, {@code 127.0.0.1:80}, {@code [::1]:80}, {@code unix:/run/x.sock}. */
    @Override
    public String toString() {
        if (unixPath != null) {
            return "unix:" + unixPath;
        }
        if (host == null) {
            return "*:" + port;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
