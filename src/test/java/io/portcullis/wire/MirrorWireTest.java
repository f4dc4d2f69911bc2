package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TextClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies of requests for another upstream: whatever becomes of them, the request does not notice. */
class MirrorWireTest {
    private final Origin shadow = Origin.start();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension().word("shadow", shadow.address());

    @BeforeEach
    void start() throws Exception {
        proxy.origin().answer(Script.echo());
        shadow.answer(Script.ok("shadow"));
        proxy.start(
                """
                listeners { plain { bind = "127.0.0.1:0", h2c = on } }
                upstreams.app { endpoints = ["{origin}"] }
                upstreams.shadow { endpoints = ["{shadow}"], retries.most = off }
                routes = [
                  { name = safe, upstream = app, mirror { upstream = shadow } }
                  { name = all, path = "/all/", upstream = app, request-headers.set.X-A = b, rewrite.strip-prefix = /all
                    mirror { upstream = shadow, methods = [POST], max-in-flight = 2, max-body = 10 B } }
                ]
                access-log { format = off }
                """);
    }

    @AfterEach
    void closeShadow() throws IOException {
        shadow.close();
    }

    private TextClient.Answer ask(boolean http2, String request) throws IOException {
        try (TextClient client = TextClient.of(http2, proxy.port("plain"))) {
            return client.send(request).answer();
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
    }

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private double counted(String route, String result) {
        try {
            return proxy.scrape()
                    .sum("portcullis_mirror_requests_total", "route=\"" + route + "\"", "result=\"" + result + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitCount(String route, String result, int count) {
        Await.until(
                () -> counted(route, result) == count,
                () -> count + " copies of " + route + " " + result + ", but " + counted(route, result),
                Await.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCopyIsTheRequestWithItsMark(boolean http2) throws Exception {
        assertThat(ask(http2, get("/a?b")).status()).isEqualTo(200);
        RawRequest copy = shadow.awaitRequest();
        assertThat(copy.target()).isEqualTo("/a?b");
        assertThat(copy.values("X-Mirror")).containsExactly("1");
        assertThat(copy.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(proxy.origin().awaitRequest().values("X-Mirror")).isEmpty();
        awaitCount("safe", "sent", 1);
    }

    @Test
    void h03NobodyDeletesTheMarkOfACopy() throws Exception {
        ask(false, "GET /a HTTP/1.1\r\nHost: a.example\r\nConnection: X-Mirror\r\nX-Mirror: 0\r\nX_Mirror: 0\r\n\r\n");
        RawRequest copy = shadow.awaitRequest();
        assertThat(copy.values("X-Mirror")).containsExactly("1");
        assertThat(copy.values("X_Mirror")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCopyHasTheBodyAndWhatTheRouteChanges(boolean http2) throws Exception {
        assertThat(ask(http2, post("/all/a", "0123456789")).body()).isEqualTo("0123456789");
        RawRequest copy = shadow.awaitRequest();
        assertThat(copy.target()).isEqualTo("/a");
        assertThat(copy.body()).isEqualTo("0123456789");
        assertThat(copy.value("X-A")).isEqualTo("b");
        ask(
                http2,
                "POST /all/b HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
        assertThat(shadow.awaitRequests(2).getLast().body()).isEqualTo("abcdef");
        awaitCount("all", "sent", 2);
    }

    @Test
    void whatIsUnsafeOrTooLargeIsNotCopied() throws Exception {
        assertThat(ask(false, post("/a", "a")).status()).isEqualTo(200);
        assertThat(ask(false, post("/all/a", "0123456789x")).status()).isEqualTo(200);
        ask(
                false,
                "POST /all/b HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "b\r\n0123456789x\r\n0\r\n\r\n");
        awaitCount("all", "body", 2);
        assertThat(shadow.requests()).isEmpty();
    }

    @Test
    void moreThanMayBeUnderWayAreDroppedAndNobodyWaits() throws Exception {
        shadow.hold();
        for (int i = 0; i < 5; i++) {
            assertThat(ask(false, post("/all/a", "a")).status()).isEqualTo(200);
        }
        awaitCount("all", "busy", 3);
        shadow.release();
        awaitCount("all", "sent", 2);
    }

    @Test
    void aMirrorThatIsGoneHarmsNobody() throws Exception {
        shadow.stop();
        for (int i = 0; i < 10; i++) {
            assertThat(ask(i % 2 == 0, get("/a")).status()).isEqualTo(200);
        }
        Await.until(
                () -> counted("safe", "failed") + counted("safe", "unavailable") == 10,
                () -> "10 copies failed, but " + counted("safe", "failed"),
                Await.LIMIT);
        assertThat(proxy.scrape().sum("portcullis_failures_total")).isZero();
    }

    @Test
    void aClientThatGoesBeforeItsBodyIsWholeLeavesNoCopy() throws Exception {
        try (TextClient client = TextClient.of(false, proxy.port("plain"))) {
            client.begin("POST /all/a HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.piece("abc");
            proxy.origin().awaitHeads(1);
            client.abort();
        }
        awaitCount("all", "aborted", 1);
        assertThat(shadow.requests()).isEmpty();
    }
}
