package io.portcullis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OriginTest {
    private static final String GET = "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n";

    private final Origin origin = Origin.start();

    @AfterEach
    void closeOrigin() throws IOException {
        origin.close();
    }

    @Test
    void itKeepsWhatItSawByteByByte() throws IOException {
        String post = "POST /p HTTP/1.1\r\nHost:  a \r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nT: x\r\n\r\n";
        try (RawClient client = RawClient.plain(origin.port())) {
            client.send(post).readResponse();
            client.send(GET).readResponse();
        }
        RawRequest first = origin.awaitRequests(2).getFirst();
        assertThat(first.method() + first.target() + first.version()).isEqualTo("POST/pHTTP/1.1");
        assertThat(first.body()).isEqualTo("ab");
        assertThat(first.trailers()).containsExactly(new RawHead.Field("T", "x"));
        assertThat(origin.connections().getFirst().received()).isEqualTo(post + GET);
        origin.connections().getFirst().awaitEnd();
    }

    @Test
    void heldRequestsAreAnsweredAtRelease() throws IOException {
        origin.hold();
        try (RawClient client = RawClient.plain(origin.port())) {
            client.send(GET);
            origin.awaitRequest();
            assertThat(client.bytesRead()).isZero();
            origin.release();
            assertThat(client.readResponse().body()).isEqualTo("ok");
        }
    }

    @Test
    void aStoppedOneRefusesAndARestartedOneHasTheSamePort() throws IOException {
        int port = origin.port();
        RawClient.plain(port).send(GET).readResponse();
        origin.stop();
        assertThatThrownBy(() -> RawClient.plain(port)).isInstanceOf(ConnectException.class);
        origin.restart();
        try (RawClient client = RawClient.plain(port)) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void aResetIsNotAnOrderlyEnd() throws IOException {
        origin.answer(Script.partThenReset("HTTP/1.1 2"));
        try (RawClient client = RawClient.plain(origin.port())) {
            client.send(GET);
            assertThatThrownBy(client::readAll).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
    }

    @Test
    void slowBytesArriveAllTheSame() throws IOException {
        String response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        origin.answer(Script.slowly(response, 7, Duration.ofMillis(1)));
        try (RawClient client = RawClient.plain(origin.port())) {
            assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
        }
    }

    @Test
    void aLargeBodyIsSwallowedAndCounted() throws IOException {
        origin.answer(Script.swallow("HTTP/1.1 204 No Content\r\n\r\n"));
        try (RawClient client = RawClient.plain(origin.port())) {
            client.send("PUT / HTTP/1.1\r\nContent-Length: 20000000\r\n\r\n");
            assertThat(client.flood(20_000_000, Duration.ofSeconds(2))).isEqualTo(20_000_000);
            assertThat(client.readResponse().status()).isEqualTo(204);
        }
        assertThat(origin.connections().getFirst().bytesRead()).isGreaterThan(20_000_000);
    }

    @Test
    void aTunnelSendsEveryByteBack() throws IOException {
        origin.answer(Script.tunnel("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"));
        try (RawClient client = RawClient.plain(origin.port())) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(101);
            assertThat(client.send("ping").readExactly(4)).isEqualTo("ping");
            client.halfClose();
            client.awaitClose();
        }
    }

    @Test
    void aScriptThatFailsFailsTheTest() throws IOException {
        Origin failing = Origin.start().respond(request -> {
            throw new IllegalStateException("no such script");
        });
        try (RawClient client = RawClient.plain(failing.port())) {
            client.send(GET).awaitClose();
        }
        assertThatThrownBy(failing::close).isInstanceOf(AssertionError.class).hasMessageContaining("no such script");
    }
}
