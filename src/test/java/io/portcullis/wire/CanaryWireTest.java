package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.TextClient;
import java.io.IOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A route that shares its requests out among two upstreams, the same for the same client. */
class CanaryWireTest {
    private static final Origin CANARY = Origin.start();

    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension()
            .word("canary", CANARY.address())
            .word("gone", "127.0.0.1:" + Ports.free())
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0", h2c = on } }
                    forwarding.trusted-proxies = ["127.0.0.1"]
                    upstreams.stable { endpoints = ["{origin}"] }
                    upstreams.canary { endpoints = ["{canary}"] }
                    upstreams.gone { endpoints = ["{gone}"], ejection { failures = off, failure-ratio = off } }
                    defaults.route.split = [ { upstream = stable, weight = 3 }, { upstream = canary } ]
                    routes = [
                      { path = "/cookie/", split-by = "cookie group" }
                      { path = "/header/", split-by = "header X-User" }
                      { path = "/address/" }
                      { path = "/gone/", split = [ { upstream = gone } ], split-by = "cookie group" }
                    ]
                    access-log { format = off }
                    """);

    @AfterAll
    static void closeCanary() throws IOException {
        CANARY.close();
    }

    @BeforeEach
    void answer() {
        PROXY.origin().respond("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nSet-Cookie: a=b\r\n\r\nstable");
        CANARY.respond("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ncanary");
    }

    private static TextClient.Answer ask(boolean http2, String path, String line) throws IOException {
        try (TextClient client = TextClient.of(http2, PROXY.port("plain"))) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: a.example\r\n" + line + "\r\n\r\n")
                    .answer();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBrowserComesBackToWhereItWasByTheCookieItWasGiven(boolean http2) throws Exception {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 200 && seen.size() < 2; i++) {
            TextClient.Answer first = ask(http2, "/cookie/", "Accept: */*");
            seen.add(first.body());
            if (first.body().equals("canary")) {
                String cookie = Objects.requireNonNull(first.field("Set-Cookie"));
                assertThat(cookie).matches("group=\\d{1,4}; Path=/; Secure; HttpOnly; SameSite=Lax");
                TextClient.Answer again = ask(http2, "/cookie/", "Cookie: " + cookie.replaceFirst(";.*", ""));
                assertThat(again.body()).isEqualTo("canary");
                assertThat(again.field("Set-Cookie")).isNull();
            }
        }
        assertThat(seen).containsExactlyInAnyOrder("stable", "canary");
    }

    /** Else who meets a canary that fails would be drawn anew, and see the failure come and go. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBrowserKeepsItsSideWhereThatFails(boolean http2) throws Exception {
        TextClient.Answer failed = ask(http2, "/gone/", "Accept: */*");
        assertThat(failed.status()).isEqualTo(502);
        String cookie = Objects.requireNonNull(failed.field("Set-Cookie"));
        assertThat(cookie).startsWith("group=");
        assertThat(ask(http2, "/gone/", "Cookie: " + cookie.replaceFirst(";.*", ""))
                        .field("Set-Cookie"))
                .isNull();
    }

    @Test
    void aTesterPicksTheSideByTheCookie() throws Exception {
        assertThat(ask(false, "/cookie/", "Cookie: group=0").body()).isEqualTo("stable");
        assertThat(ask(false, "/cookie/", "Cookie: group=7499").body()).isEqualTo("stable");
        assertThat(ask(false, "/cookie/", "Cookie: group=7500").body()).isEqualTo("canary");
    }

    /** An application's cookie of the same name, for a longer path, comes before ours (RFC 6265 §5.4). */
    @ParameterizedTest
    @CsvSource({"group=a; group=9999", "group=; group=9999", "group=99999; x=y; group=9999"})
    void aCookieOfAnotherMeaningBeforeOursDoesNotMakeTheClientFlap(String cookies) throws Exception {
        for (int i = 0; i < 20; i++) {
            TextClient.Answer answer = ask(i % 2 == 0, "/cookie/", "Cookie: " + cookies);
            assertThat(answer.body()).isEqualTo("canary");
            assertThat(answer.field("Set-Cookie")).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"/header/, X-User: ", "/address/, X-Forwarded-For: 10.0.0."})
    void theSameClientIsAlwaysOnTheSameSideAndExplainSaysWhich(String path, String line) throws Exception {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            String side = ask(false, path, line + i).body();
            assertThat(ask(true, path, line + i).body()).isEqualTo(side);
            assertThat(explained(path, line + i)).contains("\"ends\":\"upstream " + side + "\"");
            seen.add(side);
        }
        assertThat(seen).containsExactlyInAnyOrder("stable", "canary");
    }

    @Test
    void whereNothingIsDecidedExplainSaysBetweenWhom() throws Exception {
        assertThat(explained("/cookie/", "Accept: */*"))
                .contains("\"ends\":\"upstream stable (weight 3) or upstream canary (weight 1), by lot\"");
    }

    private static String explained(String path, String line) throws Exception {
        try (RawClient client = RawClient.plain(PROXY.adminPort())) {
            String field = java.net.URLEncoder.encode(line, java.nio.charset.StandardCharsets.UTF_8);
            return client.send("GET /explain?json&from=127.0.0.1&url=http%3A%2F%2Fa.example" + path.replace("/", "%2F")
                            + "&header=" + field + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse()
                    .body();
        }
    }
}
