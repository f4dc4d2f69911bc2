package io.portcullis.listen;

import io.netty.channel.unix.DomainSocketAddress;
import io.portcullis.config.BindAddress;
import io.portcullis.net.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what the operator wrote into what a channel binds. */
final class BindTarget {
    private static final Logger LOG = LoggerFactory.getLogger(BindTarget.class);

    private BindTarget() {}

    /** @throws BindFailure for a Unix socket that cannot be had */
    static SocketAddress of(BindAddress address, Loops.Channels channels) throws BindFailure {
        Path path = address.unixPath();
        if (path == null) {
            return address.host() == null
                    ? new InetSocketAddress(address.port())
                    : new InetSocketAddress(address.host(), address.port());
        }
        if (channels.name().equals("io_uring")) {
            throw BindFailure.of(
                    address, new IOException("io_uring has no Unix sockets here: set runtime.transport = epoll"));
        }
        clear(address, path);
        return channels.name().equals("nio")
                ? UnixDomainSocketAddress.of(path)
                : new DomainSocketAddress(path.toString());
    }

    /** Removes the socket file that a bind made. */
    static void remove(BindAddress address) {
        if (address.unixPath() != null) {
            try {
                Files.deleteIfExists(address.unixPath());
            } catch (IOException e) {
                LOG.warn("{} could not be removed: {}", address, e.toString());
            }
        }
    }

    /** A socket file that a dead process left is removed; binding over a live one would take its clients away silently. */
    private static void clear(BindAddress address, Path path) throws BindFailure {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isRegularFile(path) || Files.isDirectory(path)) {
            throw BindFailure.of(address, new IOException("the path is taken by something that is no socket"));
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException nobodyListens) {
            remove(address);
            return;
        }
        throw BindFailure.inUse(address);
    }
}
