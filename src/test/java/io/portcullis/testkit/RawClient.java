package io.portcullis.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A client of bytes: sends exactly what it is told, reads exactly what it is asked for and nothing ahead of that (but for one
 * buffer of 16 KiB). Every wait ends after {@link Await#LIMIT}, or a limit of the test's own, with what had been read so far.
 */
public final class RawClient implements AutoCloseable {
    private static final int FLOOD_CHUNK = 16 * 1024;

    private final Wire wire;
    private final Feed feed;
    private Duration limit;

    private RawClient(Wire wire, Duration limit) {
        this.wire = wire;
        this.limit = limit;
        this.feed = new Feed(wire, limit);
    }

    /** Plain TCP to 127.0.0.1. */
    public static RawClient plain(int port) throws IOException {
        return plain(loopback(port), 0);
    }

    /** Plain TCP; {@code receiveBuffer} bytes of kernel buffer make a slow reader slow early, 0 leaves the system's choice. */
    public static RawClient plain(InetSocketAddress address, int receiveBuffer) throws IOException {
        return new RawClient(new Wire.Tcp(connected(address, receiveBuffer)), Await.LIMIT);
    }

    /** TLS to 127.0.0.1; the handshake is done when this returns. */
    public static RawClient tls(int port, TlsOffer offer) throws IOException {
        return tls(loopback(port), offer, 0);
    }

    /** TLS; {@code receiveBuffer} as for {@link #plain(InetSocketAddress, int)}. */
    public static RawClient tls(InetSocketAddress address, TlsOffer offer, int receiveBuffer) throws IOException {
        Socket socket = connected(address, receiveBuffer);
        try {
            return new RawClient(new Wire.Tcp(offer.over(socket)), Await.LIMIT);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A Unix domain socket. */
    public static RawClient unix(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        channel.configureBlocking(false);
        return new RawClient(new Wire.Unix(channel), Await.LIMIT);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static Socket connected(InetSocketAddress address, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Await.LIMIT.toMillis());
            socket.connect(address, (int) Await.LIMIT.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sets another limit for each wait from now on. */
    public RawClient within(Duration newLimit) {
        limit = newLimit;
        feed.limit(newLimit);
        return this;
    }

    /** The TLS session; null on a plain connection. */
    public @Nullable SSLSession session() {
        return wire instanceof Wire.Tcp tcp && tcp.socket() instanceof SSLSocket tls ? tls.getSession() : null;
    }

    /** The protocol ALPN chose; empty for none, null on a plain connection. */
    public @Nullable String applicationProtocol() {
        return wire instanceof Wire.Tcp tcp && tcp.socket() instanceof SSLSocket tls
                ? tls.getApplicationProtocol()
                : null;
    }

    /** This end's port; 0 on a Unix socket. */
    public int localPort() {
        return wire instanceof Wire.Tcp tcp ? tcp.socket().getLocalPort() : 0;
    }

    /** Sends Latin-1 text as it stands: write your own CRLF. Returns this, so that a test reads as one line. */
    public RawClient send(String latin1) throws IOException {
        return sendBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient sendBytes(byte[] bytes) throws IOException {
        AtomicReference<@Nullable IOException> failed = new AtomicReference<>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                wire.write(bytes, 0, bytes.length);
            } catch (IOException e) {
                failed.set(e);
            }
        });
        if (!joined(writer, limit)) {
            wire.reset();
            throw new AssertionError(
                    "peer did not take " + bytes.length + " bytes within " + limit + "; " + feed.readSoFar());
        }
        IOException e = failed.get();
        if (e != null) {
            throw new IOException(e.getMessage() + "; " + feed.readSoFar(), e);
        }
        return this;
    }

    /**
     * Sends zero bytes until the peer takes none for {@code quiet}, or {@code most} are sent, and returns how many went out: the
     * proof of back-pressure. The connection is of no further use where it got stuck.
     */
    public long flood(long most, Duration quiet) throws IOException {
        return flood(new byte[FLOOD_CHUNK], most, quiet);
    }

    /** As {@link #flood(long, Duration)}, with {@code pattern} over and over instead of zeros; the last one may be cut. */
    public long flood(byte[] pattern, long most, Duration quiet) throws IOException {
        AtomicLong sent = new AtomicLong();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                while (sent.get() < most) {
                    int n = (int) Math.min(pattern.length, most - sent.get());
                    wire.write(pattern, 0, n);
                    sent.addAndGet(n);
                }
            } catch (IOException e) {
                // A peer that closes has taken what it took: the count is the answer.
            }
        });
        long before;
        do {
            before = sent.get();
        } while (!joined(writer, quiet) && sent.get() > before);
        return sent.get();
    }

    private static boolean joined(Thread thread, Duration limit) {
        try {
            return thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("raw client: interrupted (expected: left alone to write)", e);
        }
    }

    /** A start line and its fields, through the empty line. */
    public RawHead readHead() throws IOException {
        return RawHead.parse(feed.readThrough("\r\n\r\n"));
    }

    /** The response to a request that is neither HEAD nor CONNECT; an interim one (1xx) counts as a response of its own. */
    public RawResponse readResponse() throws IOException {
        return readResponse("GET");
    }

    /** The response to a request by {@code method}. */
    public RawResponse readResponse(String method) throws IOException {
        RawHead head = readHead();
        return RawResponse.of(head, RawBody.ofResponse(method, RawResponse.statusOf(head), head, feed));
    }

    /** Exactly {@code count} bytes, Latin-1. */
    public String readExactly(int count) throws IOException {
        return feed.readExactly(count);
    }

    /** At least one byte and at most {@code most}, Latin-1; empty at the end. */
    public String readSome(int most) throws IOException {
        return feed.readSome(most);
    }

    /** Everything until the peer closes, Latin-1. */
    public String readAll() throws IOException {
        return feed.readAll();
    }

    /** Waits for the peer to close, orderly or by reset; a byte that arrives instead fails. */
    public void awaitClose() {
        boolean ended;
        try {
            ended = feed.atEnd();
        } catch (IOException e) {
            return;
        }
        if (!ended) {
            throw new AssertionError("bytes instead of the end; " + feed.readSoFar());
        }
    }

    /** Bytes taken off the socket so far. */
    public long bytesRead() {
        return feed.total();
    }

    /** Ends this direction; reading goes on. */
    public void halfClose() throws IOException {
        wire.halfClose();
    }

    /** Closes with RST. */
    public void reset() throws IOException {
        wire.reset();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
