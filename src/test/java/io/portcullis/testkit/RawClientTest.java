package io.portcullis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawClientTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final Origin origin = Origin.start();

    @AfterEach
    void closeOrigin() throws IOException {
        origin.close();
    }

    @Test
    void aBodyEndsWithItsLengthAndTheConnectionStays() throws IOException {
        origin.respond("HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\n\r\nabc");
        try (RawClient client = RawClient.plain(origin.port())) {
            for (int i = 0; i < 2; i++) {
                RawResponse response = client.send(GET).readResponse();
                assertThat(response.body()).isEqualTo("abc");
                assertThat(response.values("X-A")).containsExactly("1", "2");
            }
        }
        assertThat(origin.connections()).hasSize(1);
    }

    @Test
    void chunksAndTrailersAreToldApart() throws IOException {
        origin.respond(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: end\r\n\r\n");
        try (RawClient client = RawClient.plain(origin.port())) {
            RawResponse response = client.send(GET).readResponse();
            assertThat(response.chunks()).containsExactly("abc", "0123456789");
            assertThat(response.trailers()).containsExactly(new RawHead.Field("T", "end"));
        }
    }

    @Test
    void aBodyThatNothingFramesEndsWithTheConnection() throws IOException {
        origin.respond("HTTP/1.1 200 OK\r\n\r\nto the end");
        try (RawClient client = RawClient.plain(origin.port())) {
            assertThat(client.send(GET).readResponse().body()).isEqualTo("to the end");
            client.awaitClose();
        }
    }

    @Test
    void headAndNotModifiedHaveNoBody() throws IOException {
        try (RawClient client = RawClient.plain(origin.port())) {
            origin.respond("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
            assertThat(client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
                            .readResponse("HEAD")
                            .body())
                    .isEmpty();
            origin.respond("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n");
            assertThat(client.send(GET).readResponse().status()).isEqualTo(304);
        }
    }

    @Test
    void silenceFailsWithWhatWasReadSoFar() throws IOException {
        origin.answer(Script.partThenHang("HTTP/1.1 200 OK\r\nContent-Le"));
        try (RawClient client = RawClient.plain(origin.port()).within(Duration.ofMillis(100))) {
            client.send(GET);
            assertThatThrownBy(client::readResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("HTTP/1.1 200 OK\\r\\nContent-Le");
        }
    }

    @Test
    void anEarlyEndFailsWithWhatWasReadSoFar() throws IOException {
        origin.answer(Script.partThenClose("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"));
        try (RawClient client = RawClient.plain(origin.port())) {
            client.send(GET);
            assertThatThrownBy(client::readResponse)
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("2 of 5 bytes")
                    .hasMessageContaining("Content-Length: 5");
        }
    }

    @Test
    void halfCloseEndsOneDirectionOnly() throws IOException {
        try (RawClient client = RawClient.plain(origin.port())) {
            client.send(GET).halfClose();
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
        }
    }

    @Test
    void aPeerThatDoesNotReadStopsAFlood() throws IOException {
        origin.answer(Script.deaf());
        try (RawClient client = RawClient.plain(origin.port())) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
            assertThat(client.flood(100_000_000, Duration.ofMillis(200))).isLessThan(50_000_000);
            assertThat(origin.connections().getFirst().bytesRead()).isLessThan(100_000);
        }
    }

    @Test
    void aUnixSocketSpeaksTheSame(@TempDir Path dir) throws IOException {
        Path path = dir.resolve("o.sock");
        try (Origin unix = Origin.startUnix(path).answer(Script.echo());
                RawClient client = RawClient.unix(path)) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.readResponse().body()).isEqualTo("hi");
            client.within(Duration.ofMillis(50));
            assertThatThrownBy(() -> client.readExactly(1)).hasMessageContaining("nothing more within");
            assertThat(unix.address()).isEqualTo("unix:" + path);
        }
    }
}
