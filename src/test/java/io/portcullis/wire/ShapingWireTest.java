package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.TextClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Fields and paths that a route changes, from and to HTTP/1.1 and HTTP/2. */
class ShapingWireTest {
    private static final Http2Origin ORIGIN2 = Http2Origin.start();

    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension()
            .word("origin2", ORIGIN2.address())
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0", h2c = on } }
                    upstreams.one { endpoints = ["{origin}"] }
                    upstreams.two { endpoints = ["{origin2}"], protocol = h2c }
                    defaults.route {
                      request-headers {
                        remove = [X-Debug]
                        set { X-User = none, X-Seen = "%{client-address} %{method} %{path}?%{query}", X-Sni = "%{sni}" }
                        add { X-More = [a, b] }
                      }
                      response-headers { remove = [Server], set { X-Frame-Options = DENY, X-Id = "%{id}" } }
                    }
                    routes = [
                      { host = one.example, upstream = one }
                      { host = two.example, upstream = two }
                      { host = one.example, path = "/api/", upstream = one, rewrite { strip-prefix = /api, add-prefix = /v2 } }
                      { host = two.example, path = "/api/", upstream = two, rewrite { strip-prefix = /api, add-prefix = /v2 } }
                      { host = one.example, path = "/u/", upstream = one, rewrite { regex = "/u/(.*)", to = "/$1" } }
                      { host = one.example, path = "/least/", upstream = one, rewrite { regex = "/least/(.*?)/?", to = "/l/$1/x" } }
                      { host = one.example, path = "/or/", upstream = one, rewrite { regex = "/or/a|/or/ab", to = "/found" } }
                      { host = one.example, path = "/own", respond { body = own } }
                    ]
                    access-log { format = off }
                    """);

    @AfterAll
    static void closeOrigin() throws IOException {
        ORIGIN2.close();
    }

    private static TextClient.Answer ask(boolean http2, String request) throws IOException {
        try (TextClient client = TextClient.of(http2, PROXY.port("plain"))) {
            return client.send(request).answer();
        }
    }

    private static RawRequest answered(ProtocolsWireTest.Way way, String request) throws IOException {
        String response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: s\r\nx-frame-options: SAME\r\n\r\nok";
        PROXY.origin().respond(response);
        ORIGIN2.respond(response);
        TextClient.Answer answer = ask(way.client2, request);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Server")).isNull();
        assertThat(answer.field("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.field("X-Id")).isEqualTo(answer.field("X-Request-Id"));
        return way.endpoint2
                ? ORIGIN2.turns().getLast().request()
                : PROXY.origin().requests().getLast();
    }

    @ParameterizedTest
    @EnumSource
    void fieldsAreChangedBothWays(ProtocolsWireTest.Way way) throws Exception {
        RawRequest seen = answered(
                way,
                "POST /a%20b?c HTTP/1.1\r\nHost: " + way.host() + "\r\nX-Debug: 1\r\nX_User: me\r\nX-USER: me\r\n"
                        + "X-More: 0\r\nContent-Length: 4\r\n\r\nbody");
        assertThat(seen.body()).isEqualTo("body");
        assertThat(seen.values("X-Debug")).isEmpty();
        assertThat(seen.values("X-User")).containsExactly("none");
        assertThat(seen.values("X_User")).isEmpty();
        assertThat(seen.values("X-Seen")).containsExactly("127.0.0.1 POST /a%20b?c");
        assertThat(seen.values("X-More")).containsExactly("0", "a", "b");
        assertThat(seen.values("X-Sni")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h03NobodyDeletesWhatTheRouteSets(ProtocolsWireTest.Way way) throws Exception {
        String connection = way.client2 ? "" : "Connection: X-User, X-More\r\n";
        RawRequest seen = answered(
                way,
                "GET /a HTTP/1.1\r\nHost: " + way.host() + "\r\n" + connection + "X-User: me\r\nX-More: 0\r\n\r\n");
        assertThat(seen.values("X-User")).containsExactly("none");
        assertThat(seen.values("X-More")).endsWith("a", "b").hasSize(way.client2 ? 3 : 2);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void h03TheBackendDeletesNothingThatTheRouteSetsEither(boolean http2) throws Exception {
        PROXY.origin()
                .respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: X-Frame-Options, X-A\r\nX-A: b\r\n\r\n");
        TextClient.Answer answer = ask(http2, "GET / HTTP/1.1\r\nHost: one.example\r\n\r\n");
        assertThat(answer.field("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.field("X-A")).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void thePathIsRewrittenAndTheQueryStays(ProtocolsWireTest.Way way) throws Exception {
        RawRequest seen = answered(way, "GET /api/a?b=c HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n");
        assertThat(seen.target()).isEqualTo("/v2/a?b=c");
        assertThat(seen.values("X-Seen")).containsExactly("127.0.0.1 GET /api/a?b=c");
    }

    @ParameterizedTest
    @EnumSource
    void trailersFollowARequestThatWasChanged(ProtocolsWireTest.Way way) throws Exception {
        RawRequest seen = answered(
                way,
                "POST /api/a HTTP/1.1\r\nHost: " + way.host()
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-T: u\r\n\r\n");
        assertThat(seen.body()).isEqualTo("body");
        assertThat(seen.trailers())
                .extracting(field -> field.name().toLowerCase(java.util.Locale.ROOT))
                .contains("x-t");
    }

    @ParameterizedTest
    @EnumSource
    void i04WhatARouteRemovesOrSetsNobodySmugglesPastItInTrailers(ProtocolsWireTest.Way way) throws Exception {
        RawRequest seen = answered(
                way,
                "POST /a HTTP/1.1\r\nHost: " + way.host() + "\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n"
                        + "X-User: me\r\nx_user: me\r\nX-Debug: 1\r\nX-T: u\r\n\r\n");
        assertThat(seen.values("X-User")).containsExactly("none");
        assertThat(seen.trailers())
                .extracting(field -> field.name().toLowerCase(java.util.Locale.ROOT))
                .containsExactly("x-t");
    }

    @ParameterizedTest
    @EnumSource
    void whatARouteRemovesFromResponsesDoesNotComeAfterThemEither(ProtocolsWireTest.Way way) throws Exception {
        String response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Server\r\n\r\n"
                + "2\r\nok\r\n0\r\nServer: s\r\nx_frame_options: SAME\r\nX-T: u\r\n\r\n";
        PROXY.origin().respond(response);
        ORIGIN2.respond(response);
        TextClient.Answer answer = ask(way.client2, "GET /a HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n");
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(answer.trailers()).singleElement().asString().contains("x-t");
    }

    @ParameterizedTest
    @CsvSource({"/least/a/b, /l/a/b/x", "/least/a/, /l/a/x", "/or/a, /found", "/or/ab, /found", "/or/abc, /or/abc"})
    void aRegexReplacesAllOfThePathHoweverLittleOfItWouldMatch(String target, String seen) throws Exception {
        PROXY.origin().respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        TextClient.Answer answer = ask(false, "GET " + target + " HTTP/1.1\r\nHost: one.example\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(PROXY.origin().requests().getLast().target()).isEqualTo(seen);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void answersOfOurOwnAreChangedToo(boolean http2) throws Exception {
        TextClient.Answer own = ask(http2, "GET /own HTTP/1.1\r\nHost: one.example\r\n\r\n");
        assertThat(own.body()).isEqualTo("own");
        assertThat(own.field("X-Frame-Options")).isEqualTo("DENY");
        assertThat(own.field("X-Id")).isEqualTo(own.field("X-Request-Id"));
    }

    @ParameterizedTest
    @CsvSource({
        "/u/a, 200, /a",
        "/u/a/b?c, 200, /a/b?c",
        "/u/a%20b, 200, /a%20b",
        "/u/a%2Fb, 200, /a%2Fb",
        "/u//a, 400, ",
        "/u/, 200, /",
    })
    void p10NoRewriteMakesAnOddPath(String target, int status, String seen) throws Exception {
        PROXY.origin().respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        int before = PROXY.origin().requests().size();
        TextClient.Answer answer = ask(false, "GET " + target + " HTTP/1.1\r\nHost: one.example\r\n\r\n");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(PROXY.origin().requests()).hasSize(status == 200 ? before + 1 : before);
        if (status == 200) {
            assertThat(PROXY.origin().requests().getLast().target()).isEqualTo(seen);
        }
    }

    @ParameterizedTest
    @CsvSource({"/api/a, GET /v2/a HTTP/1.1", "/u//a, ends            400"})
    void explainShowsWhatWouldBeSent(String path, String line) throws Exception {
        String told;
        try (RawClient client = RawClient.plain(PROXY.adminPort())) {
            String url = URLEncoder.encode("http://one.example" + path, StandardCharsets.UTF_8);
            told = client.send("GET /explain?url=" + url + "&header=X-Debug%3A+1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse()
                    .body();
        }
        assertThat(told).contains(line);
        if (path.equals("/api/a")) {
            assertThat(told)
                    .contains("/api/a becomes /v2/a (strip-prefix /api, add-prefix /v2)")
                    .contains("+ X-User: none", "- X-Debug: 1  (changed by the route's request-headers)")
                    .contains("= X-Frame-Options: DENY");
        }
    }
}
