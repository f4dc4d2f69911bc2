package io.portcullis.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One connection an {@link Origin} accepted. Its wire is read by its own thread; everything public is for any thread. */
public final class OriginConnection {
    static final Duration FOREVER = Duration.ofHours(1);

    private final int index;
    private final Wire wire;
    private final Feed feed;
    private final Consumer<RawRequest> record;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    OriginConnection(int index, Wire wire, Consumer<RawRequest> record) {
        this.index = index;
        this.wire = wire;
        this.feed = new Feed(wire, FOREVER);
        this.record = record;
    }

    /** Counted from 0 in the order they were accepted. */
    public int index() {
        return index;
    }

    /** The first MiB that arrived, as it stood on the wire, Latin-1; inside TLS where there is TLS. */
    public String received() {
        return feed.transcript();
    }

    /** Bytes taken off the socket so far; what waits in the kernel's buffer is not counted. */
    public long bytesRead() {
        return feed.total();
    }

    /** Whether either end has closed it. */
    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Waits until either end has closed it. */
    public void awaitEnd() {
        Await.until(this::hasEnded, "end of origin connection " + index);
    }

    /** The TLS session; null on a plain connection. */
    public @Nullable SSLSession session() {
        return wire instanceof Wire.Tcp tcp && tcp.socket() instanceof SSLSocket tls ? tls.getSession() : null;
    }

    /** Sends Latin-1 bytes that no request asked for. */
    public void say(String latin1) throws IOException {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        wire.write(bytes, 0, bytes.length);
    }

    public void close() throws IOException {
        stopped.countDown();
        wire.close();
    }

    /** Closes with RST. */
    public void reset() throws IOException {
        stopped.countDown();
        wire.reset();
    }

    Feed feed() {
        return feed;
    }

    Wire wire() {
        return wire;
    }

    void record(RawRequest request) {
        record.accept(request);
    }

    boolean isClosed() {
        return stopped.getCount() == 0;
    }

    /** The connection's thread is done with it. */
    void ended() {
        try {
            close();
        } catch (IOException e) {
            // Nothing is left to do with a socket that does not close.
        }
        ended.countDown();
    }

    /** Waits for {@code pause} or until this end closes the connection, which then ends the script. */
    void awaitStop(Duration pause) throws IOException {
        await(stopped, pause);
        if (isClosed()) {
            throw new IOException("origin connection " + index + ": closed by the test");
        }
    }

    /** Waits for a gate; false where it is still shut after {@code limit}. */
    static boolean await(CountDownLatch latch, Duration limit) throws IOException {
        try {
            return latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("origin: stopped while waiting", e);
        }
    }
}
