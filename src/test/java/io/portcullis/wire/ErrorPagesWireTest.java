package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.OriginConnection;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.TextClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of the operator's in place of our short answers, and of the backend's where that is wanted. */
class ErrorPagesWireTest {
    private static final String CONFIG =
            """
            listeners { plain { bind = "127.0.0.1:0", h2c = on } }
            forwarding.trusted-proxies = ["127.0.0.1"]
            upstreams.app { endpoints = ["{origin}"] }
            upstreams.gone { endpoints = ["{gone}"], ejection { failures = off, failure-ratio = off } }
            error-pages = [
              { status = 5xx, file = "all.json", content-type = "application/json" }
              { status = [404, 5xx], file = "all.html" }
            ]
            routes = [
              { host = a.example, upstream = app }
              { host = a.example, path = "/gone/", upstream = gone }
              { host = a.example, path = "/own/", upstream = gone, error-pages = [ { status = 502, file = "own.html" } ] }
              {
                host = a.example, path = "/loud/", upstream = gone
                error-pages = [ { status = 502, file = "all.html", content-type = "TEXT/HTML" } ]
              }
              { host = a.example, path = "/replaced/", upstream = app, backend-errors = replace }
            ]
            access-log { format = off }
            reload.watch = off
            runtime.event-loops = 1
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    /** Else every address that is not there would cost the backend a connection, and a scan all of them. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplacedAnswerLeavesItsConnectionForTheNext(boolean http2) throws Exception {
        proxy.origin().respond("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnone!");
        for (int i = 0; i < 10; i++) {
            assertThat(ask(http2, "/replaced/a", "").body()).startsWith("<b>404");
        }
        assertThat(proxy.origin().requests()).extracting(RawRequest::connection).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLongReplacedAnswerIsNotReadToItsEnd(boolean http2) throws Exception {
        proxy.origin().respond("HTTP/1.1 404 Not Found\r\nContent-Length: 100000000\r\n\r\n" + "x".repeat(200_000));
        for (int i = 0; i < 3; i++) {
            assertThat(ask(http2, "/replaced/a", "").body()).startsWith("<b>404");
        }
        assertThat(proxy.origin().connections()).hasSize(3).allSatisfy(OriginConnection::awaitEnd);
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(proxy.dir().resolve("all.html"), "<b>%{status} %{reason}</b> %{message} %{id} %{x} 100%");
        Files.writeString(proxy.dir().resolve("all.json"), "{\"id\":\"%{id}\",\"of\":\"us\"}");
        Files.writeString(proxy.dir().resolve("own.html"), "own %{id}");
        proxy.word("gone", "127.0.0.1:" + Ports.free()).start(CONFIG);
    }

    private TextClient.Answer ask(boolean http2, String target, String lines) throws IOException {
        try (TextClient client = TextClient.of(http2, proxy.port("plain"))) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: a.example\r\n" + lines + "\r\n")
                    .answer();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPageTakesThePlaceOfOurOwnAndKeepsWhatClientsNeed(boolean http2) throws Exception {
        TextClient.Answer answer = ask(http2, "/gone/", "Accept: text/html,*/*;q=0.1\r\n");
        assertThat(answer.status()).isEqualTo(502);
        String id = Objects.requireNonNull(answer.field("X-Request-Id"));
        assertThat(answer.body()).isEqualTo("{\"id\":\"" + id + "\",\"of\":\"us\"}");
        assertThat(answer.field("Proxy-Status")).isEqualTo("portcullis; error=connection_refused");
        assertThat(answer.field("Content-Type")).isEqualTo("application/json");
        assertThat(answer.field("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void theFirstThatTheClientTakesIsSent() throws Exception {
        assertThat(ask(false, "/gone/", "Accept: text/html\r\n").body())
                .startsWith("<b>502 Bad Gateway</b> The site is down at the moment. ")
                .endsWith(" %{x} 100%");
        assertThat(ask(false, "/gone/", "Accept: application/*\r\n").body()).startsWith("{\"id\"");
        assertThat(ask(false, "/gone/", "Accept: text/plain\r\n").body()).startsWith("502 Bad Gateway\n");
        assertThat(ask(false, "/own/", "Accept: text/html\r\n").body()).startsWith("own ");
        assertThat(ask(false, "/own/", "Accept: application/json\r\n").body()).startsWith("{\"id\"");
        assertThat(ask(false, "/gone/", "Content-Type: application/grpc\r\n").body())
                .startsWith("502 Bad Gateway\n");
    }

    @Test
    void whereThereIsNoRouteThePagesOfAllHold() throws Exception {
        TextClient.Answer answer;
        try (TextClient client = TextClient.of(false, proxy.port("plain"))) {
            answer = client.send("GET / HTTP/1.1\r\nHost: b.example\r\nAccept: text/html\r\n\r\n")
                    .answer();
        }
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).startsWith("<b>404 Not Found</b>");
    }

    @Test
    void anIdThatAProxyBroughtIsEscaped() throws Exception {
        for (String path : new String[] {"/gone/", "/loud/"}) {
            assertThat(ask(false, path, "Accept: text/html\r\nX-Request-Id: <script>&'\r\n")
                            .body())
                    .contains("&lt;script&gt;&amp;")
                    .doesNotContain("<script>");
        }
    }

    /** RFC 9110 §12.5.1: a weight of 0 means not at all. There is no page for 417. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "502 | text/html;q=0 | text/plain; charset=utf-8",
                "502 | */*, application/json;q=0 | text/html; charset=utf-8",
                "417 | text/html | text/html; charset=utf-8",
                "417 | text/html;q=0 | text/plain; charset=utf-8",
                "417 | text/html;q=0, application/json | application/json; charset=utf-8",
                "417 | text/html;q=0.5, application/json | application/json; charset=utf-8",
                "417 | application/problem+json;q=0.9, text/html | text/html; charset=utf-8",
                "417 | */* | text/plain; charset=utf-8"
            })
    void whatAClientDoesNotTakeItIsNotSent(int status, String accept, String type) throws Exception {
        String more = status == 417 ? "Expect: nothing\r\n" : "";
        TextClient.Answer answer = ask(false, "/gone/", "Accept: " + accept + "\r\n" + more);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Content-Type")).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource({
        "/, 404, missing",
        "/replaced/, 404, <b>404 Not Found</b>",
        "/, 503, missing",
        "/replaced/, 503, <b>503 Service Unavailable</b>",
        "/replaced/, 401, missing",
        "/replaced/, 200, missing"
    })
    void theBackendsAnswersPassUnlessTheRouteReplacesThem(String path, int status, String body) throws Exception {
        proxy.origin()
                .respond(
                        "HTTP/1.1 " + status + " X\r\nContent-Length: 7\r\nRetry-After: 7\r\nServer: s\r\n\r\nmissing");
        for (boolean http2 : new boolean[] {false, true}) {
            TextClient.Answer answer = ask(http2, path, "Accept: text/html\r\n");
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).startsWith(body);
            assertThat(answer.field("Retry-After")).isEqualTo("7");
            boolean replaced = !body.equals("missing");
            assertThat(answer.field("Server")).isEqualTo(replaced ? null : "s");
            assertThat(answer.field("Proxy-Status"))
                    .isEqualTo(replaced ? "portcullis; received-status=" + status : null);
        }
    }

    @Test
    void aPageIsReadAtTheReloadAndNotBefore() throws Exception {
        Files.writeString(proxy.dir().resolve("own.html"), "new %{id}");
        assertThat(ask(false, "/own/", "").body()).startsWith("own ");
        proxy.reload();
        assertThat(ask(false, "/own/", "").body()).startsWith("new ");
    }

    @Test
    void aHeadRequestGetsNoBody() throws Exception {
        try (var client = io.portcullis.testkit.RawClient.plain(proxy.port("plain"))) {
            RawResponse answer = client.send("HEAD /own/ HTTP/1.1\r\nHost: a.example\r\n\r\n")
                    .readResponse("HEAD");
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).isEmpty();
        }
    }
}
