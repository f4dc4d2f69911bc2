package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code /why/ID}: what became of a request. */
class WhyWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private @Nullable HttpsSite made;

    @BeforeEach
    void start() throws Exception {
        made = HttpsSite.of(proxy);
        proxy.origin().answer(Script.ok("backend"));
        proxy.word("down", "127.0.0.1:" + Ports.free())
                .start(
                        """
                        listeners {
                          https { bind = "127.0.0.1:0", tls = site }
                          plain { bind = "127.0.0.1:0" }
                        }
                        tls.site { certificates = [ { chain = site.pem, key = site.key } ] }
                        upstreams.app { endpoints = ["{origin}"] }
                        upstreams.down { endpoints = ["{down}"] }
                        routes = [
                          { name = site, upstream = app }
                          { name = broken, path = "/broken/", upstream = down }
                        ]
                        access-log { format = off }
                        reload.watch = off
                        """);
    }

    @Test
    void aGoodOneHasItsWholeTimeline() throws Exception {
        String id;
        try (RawClient client = Objects.requireNonNull(made).client()) {
            client.send("GET /a?b HTTP/1.1\r\nHost: example.com\r\n\r\n").readResponse();
            client.send("GET /a?b HTTP/1.1\r\nHost: example.com\r\n\r\n");
            id = Objects.requireNonNull(client.readResponse().value("X-Request-Id"));
        }
        String told = why(id).body();
        assertThat(told)
                .contains("id              " + id)
                .contains("GET https://example.com/a?b HTTP/1.1")
                .contains("tls             TLSv1.3 ")
                .contains("route           site")
                .contains("upstream        app, " + proxy.origin().address() + ", 1 try")
                .contains("status          200", "outcome         ok", "0 from the client, 7 to the client")
                .doesNotContain("ended by");
        assertThat(told.lines().filter(line -> line.contains(" ms  ")).map(line -> line.replaceFirst(".* ms  ", "")))
                .containsExactly(
                        "accepted",
                        "handshake over",
                        "head read, route found",
                        "try began: a connection is asked for",
                        "sent, on a kept connection",
                        "first byte of the answer",
                        "last byte");
        double[] moments = told.lines()
                .filter(line -> line.contains(" ms  "))
                .mapToDouble(line ->
                        Double.parseDouble(line.replaceFirst("timeline", "").replaceFirst(" ms .*", "")))
                .toArray();
        assertThat(moments).isSorted();
        assertThat(moments[2]).isZero();
    }

    @Test
    void aFailureIsNamedWithWhoEndedItAndWhatToDo() throws Exception {
        String id;
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET /broken/x HTTP/1.1\r\nHost: example.com\r\n\r\n");
            id = Objects.requireNonNull(client.readResponse().value("X-Request-Id"));
        }
        assertThat(why(id).body())
                .contains("route           broken")
                .contains("status          502")
                .contains("outcome         connect_refused: ")
                .contains("ended by        upstream")
                .contains("what to do      Nothing listens there: the backend is down, or the port is wrong.");
        RawResponse json = ask("/why?id=" + id + "&json");
        assertThat(json.value("Content-Type")).isEqualTo("application/json");
        assertThat(json.body()).startsWith("{\"id\":\"" + id + "\"").contains("\"ended-by\":\"upstream\"");
    }

    /** Nothing failed on the way, and yet it is what an operator looks for. */
    @Test
    void anErrorOfTheBackendsOwnIsAmongTheFailuresAndSaysWhoseItIs() throws Exception {
        proxy.origin().answer(Script.respond("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"));
        String id;
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET /a HTTP/1.1\r\nHost: example.com\r\n\r\n");
            id = Objects.requireNonNull(client.readResponse().value("X-Request-Id"));
        }
        assertThat(why(id).body())
                .contains("outcome         passed on: 500 is what the endpoint answered")
                .contains("ended by        upstream")
                .contains("what to do      See the log of " + proxy.origin().address() + " for X-Request-Id: " + id);
        assertThat(ask("/failures").body())
                .contains("\"id\":\"" + id + "\"")
                .contains("\"kind\":\"answered_5xx\",\"side\":\"upstream\"");
    }

    @Test
    void anIdThatNobodyRemembersIsNotFound() throws Exception {
        RawResponse none = why("no-such-1");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.body()).contains("nothing is remembered of no-such-1", "512 failures");
        assertThat(ask("/why").status()).isEqualTo(400);
    }

    private RawResponse why(String id) throws IOException {
        return ask("/why/" + id);
    }

    private RawResponse ask(String target) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse();
        }
    }
}
