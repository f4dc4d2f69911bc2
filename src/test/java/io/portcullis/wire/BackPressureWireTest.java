package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.OriginConnection;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fast side is read no faster than the slow side takes it: what we hold is bounded, whatever the size of a body.
 *
 * <p>What is measured is what we took: bytes that the fast side sent, less those that the kernel's buffers can hold, which are
 * kept small here on the sides that a test can reach.
 */
class BackPressureWireTest {
    private static final int BUFFER = 16 * 1024;
    private static final int PIECE = 64 * 1024;
    private static final int PIECES = 1024;
    private static final long BODY = (long) PIECE * PIECES;

    /** What we may hold of one direction. */
    private static final long MOST_HELD = 1024 * 1024;

    private final Origin slow = Origin.start(BUFFER);

    @RegisterExtension
    final ProxyExtension proxy = Site.product(
                    """
                    upstreams.slow { endpoints = ["{slow}"] }
                    routes = [ { upstream = app }, { path = "/slow", upstream = slow } ]
                    """)
            .word("slow", slow.address());

    private final Site site = new Site(proxy);

    @AfterEach
    void closeSlow() throws IOException {
        slow.close();
    }

    private double held() {
        return site.sum("portcullis_direct_memory_used_bytes");
    }

    private static String piece(int index) {
        StringBuilder text = new StringBuilder(PIECE);
        for (int i = 0; text.length() < PIECE; i++) {
            text.append((char) ('!' + (index * 31 + i * 7) % 90));
        }
        return text.toString();
    }

    private static long checksum() {
        CRC32 crc = new CRC32();
        for (int i = 0; i < PIECES; i++) {
            crc.update(piece(i).getBytes(StandardCharsets.ISO_8859_1));
        }
        return crc.getValue();
    }

    /** Sends the body and counts what was taken off its hands. */
    private static void sendBody(Turn turn, boolean chunked, AtomicLong sent) throws IOException {
        turn.send("HTTP/1.1 200 OK\r\n" + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + BODY)
                + "\r\n\r\n");
        for (int i = 0; i < PIECES; i++) {
            turn.send(chunked ? Integer.toHexString(PIECE) + "\r\n" + piece(i) + "\r\n" : piece(i));
            sent.addAndGet(PIECE);
        }
        turn.send(chunked ? "0\r\n\r\n" : "");
    }

    private RawClient slowReader() throws IOException {
        return RawClient.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port("plain")), BUFFER);
    }

    /** The value at which {@code sent} stays. */
    private static long stall(AtomicLong sent) {
        AtomicLong last = new AtomicLong(-1);
        Await.until(
                () -> {
                    long before = sent.get();
                    last.set(before);
                    try {
                        Await.throughout(Duration.ofMillis(400), () -> sent.get() == before, "a stall");
                        return before > 0;
                    } catch (AssertionError moving) {
                        return false;
                    }
                },
                "the sender to stall, at " + sent);
        return last.get();
    }

    @Test
    void aDownloadByAClientThatDoesNotReadIsHeldBack() throws Exception {
        AtomicLong sent = new AtomicLong();
        site.origin().answer(turn -> sendBody(turn, false, sent));
        site.ask("GET /slow HTTP/1.1\r\n" + HOST + "\r\n");
        double before = held();
        try (RawClient client = slowReader()) {
            client.send(GET);
            long taken = stall(sent);
            assertThat(taken).as("bytes that left the origin").isLessThan(BODY / 4);
            assertThat(held() - before).as("bytes that we hold").isLessThan(MOST_HELD);
            client.reset();
        }
        site.counted(FailureKind.CLIENT_GONE);
    }

    @Test
    void anUploadToAnOriginThatDoesNotReadIsHeldBack() throws Exception {
        slow.answer(Script.deaf());
        site.ask(GET);
        double before = held();
        try (RawClient client = site.client()) {
            client.send("POST /slow HTTP/1.1\r\n" + HOST + "Content-Length: " + BODY + "\r\n\r\n");
            long taken = client.flood(BODY, Duration.ofMillis(500));
            assertThat(taken).as("bytes that left the client").isLessThan(BODY / 4);
            assertThat(held() - before).as("bytes that we hold").isLessThan(MOST_HELD);
            client.reset();
        }
        site.counted(FailureKind.CLIENT_GONE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSlowReaderGetsEveryByteInTheEnd(boolean chunked) throws Exception {
        AtomicLong sent = new AtomicLong();
        site.origin().answer(turn -> sendBody(turn, chunked, sent));
        CRC32 crc = new CRC32();
        try (RawClient client = slowReader().within(Duration.ofSeconds(60))) {
            client.send(GET).readHead();
            stall(sent);
            for (int i = 0; i < PIECES; i++) {
                crc.update(readPiece(client, chunked).getBytes(StandardCharsets.ISO_8859_1));
            }
            if (chunked) {
                readChunkEnd(client);
            }
            assertThat(crc.getValue()).isEqualTo(checksum());
        }
        site.nothingFailed();
    }

    private final StringBuilder pending = new StringBuilder();
    private int chunkLeft;

    /** The next 64 KiB of payload, however it is cut. */
    private String readPiece(RawClient client, boolean chunked) throws IOException {
        if (!chunked) {
            return client.readExactly(PIECE);
        }
        while (pending.length() < PIECE) {
            if (chunkLeft == 0) {
                chunkLeft = Integer.parseInt(line(client), 16);
            }
            String part = client.readSome(chunkLeft);
            pending.append(part);
            chunkLeft -= part.length();
            if (chunkLeft == 0) {
                assertThat(client.readExactly(2)).isEqualTo("\r\n");
            }
        }
        String piece = pending.substring(0, PIECE);
        pending.delete(0, PIECE);
        return piece;
    }

    private void readChunkEnd(RawClient client) throws IOException {
        assertThat(pending).isEmpty();
        assertThat(client.readExactly(5)).isEqualTo("0\r\n\r\n");
    }

    private static String line(RawClient client) throws IOException {
        StringBuilder line = new StringBuilder();
        for (String next = client.readExactly(1); !next.equals("\r"); next = client.readExactly(1)) {
            line.append(next);
        }
        client.readExactly(1);
        return line.toString();
    }

    @Test
    void aSlowOriginGetsEveryByteInTheEnd() throws Exception {
        CRC32 crc = new CRC32();
        slow.answer(Script.unread(turn -> {
            for (long left = BODY; left > 0; ) {
                String part = turn.readSome(PIECE);
                crc.update(part.getBytes(StandardCharsets.ISO_8859_1));
                left -= part.length();
            }
            turn.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + "done");
        }));
        slow.hold();
        try (RawClient client = site.client().within(Duration.ofSeconds(60))) {
            client.send("POST /slow HTTP/1.1\r\n" + HOST + "Content-Length: " + BODY + "\r\n\r\n");
            AtomicLong sent = new AtomicLong();
            Thread upload = Thread.ofVirtual().start(() -> upload(client, sent));
            assertThat(stall(sent)).isLessThan(BODY / 4);
            slow.release();
            assertThat(client.readResponse().body()).isEqualTo("done");
            upload.join();
        }
        assertThat(crc.getValue()).isEqualTo(checksum());
        assertThat(slow.connections()).extracting(OriginConnection::bytesRead).allMatch(read -> read > BODY);
        site.nothingFailed();
    }

    private static void upload(RawClient client, AtomicLong sent) {
        try {
            for (int i = 0; i < PIECES; i++) {
                client.send(piece(i));
                sent.addAndGet(PIECE);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
