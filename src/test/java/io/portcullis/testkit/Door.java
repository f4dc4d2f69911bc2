package io.portcullis.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Where an origin is entered: a bound socket of either family. */
sealed interface Door {
    int BACKLOG = 1024;

    Wire accept() throws IOException;

    /** The form a configuration writes. */
    String address();

    /** 0 for a Unix socket. */
    int port();

    void close() throws IOException;

    /** Binds 127.0.0.1; {@code port} 0 takes a free one; {@code receiveBuffer} 0 leaves the system's choice; TLS where a context is given. */
    static Door tcp(int port, int receiveBuffer, @Nullable SSLContext tls) throws IOException {
        return tcp(InetAddress.getLoopbackAddress(), port, receiveBuffer, tls);
    }

    /** The same at another address of this machine. */
    static Door tcp(InetAddress host, int port, int receiveBuffer, @Nullable SSLContext tls) throws IOException {
        ServerSocket socket =
                tls == null ? new ServerSocket() : tls.getServerSocketFactory().createServerSocket();
        socket.setReuseAddress(true);
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.bind(new InetSocketAddress(host, port), BACKLOG);
        return new Tcp(socket);
    }

    /** Binds {@code path}, which must not exist. */
    static Door unix(Path path) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(path), BACKLOG);
        return new Unix(channel, path);
    }

    /** TCP, plain or TLS. */
    record Tcp(ServerSocket socket) implements Door {
        @Override
        public Wire accept() throws IOException {
            Socket accepted = socket.accept();
            accepted.setTcpNoDelay(true);
            return new Wire.Tcp(accepted);
        }

        @Override
        public String address() {
            return socket.getInetAddress().getHostAddress() + ":" + port();
        }

        @Override
        public int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** A Unix domain socket and its file. */
    record Unix(ServerSocketChannel channel, Path path) implements Door {
        @Override
        public Wire accept() throws IOException {
            SocketChannel accepted = channel.accept();
            accepted.configureBlocking(false);
            return new Wire.Unix(accepted);
        }

        @Override
        public String address() {
            return "unix:" + path;
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(path);
        }
    }
}
