package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.TextClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes of one host and path, told apart by method, fields, query, cookies and address, by HTTP/1.1 and HTTP/2. */
class MatchWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension()
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0", h2c = on } }
                    forwarding.trusted-proxies = ["127.0.0.1"]
                    routes = [
                      { name = site, respond { body = site } }
                      { name = post, match.methods = [POST], respond { body = post } }
                      { name = beta, match.headers = ["X-Beta ~ 1|2"], respond { body = beta } }
                      { name = beta-post, match { methods = [POST], headers = ["X-Beta ~ 1|2"] }, respond { body = beta-post } }
                      { name = query, match.query = ["version = a b"], respond { body = query } }
                      { name = cookie, match.cookies = ["group = test"], respond { body = cookie } }
                      { name = near, match.clients = ["10.0.0.0/8"], respond { body = near } }
                      { name = closed, path = "/closed/", match.headers = ["X-Key = open"], respond { body = closed } }
                    ]
                    access-log { format = off }
                    """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | / | Accept: */* | site",
                "POST | / | Accept: */* | post",
                "GET | / | X-Beta: 2 | beta",
                "GET | / | x-beta: 3 | site",
                "POST | / | X-Beta: 1 | beta-post",
                "GET | /?version=a+b | Accept: */* | query",
                "GET | /?version=a%20b&c | Accept: */* | query",
                "GET | /?version=a | Accept: */* | site",
                "GET | / | Cookie: a=b; group=test | cookie",
                "GET | / | Cookie: group=tester | site",
                "GET | / | X-Forwarded-For: 10.1.2.3 | near",
                "GET | / | X-Forwarded-For: 11.1.2.3 | site",
                "GET | /closed/x | X-Key: open | closed",
                "GET | /closed/x | X-Key: shut | site"
            })
    void theRouteWhoseConditionsHoldIsTakenAndExplainedSo(String method, String target, String line, String expected)
            throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            try (TextClient client = TextClient.of(http2, PROXY.port("plain"))) {
                client.send(method + " " + target + " HTTP/1.1\r\nHost: a.example\r\n" + line + "\r\n\r\n");
                assertThat(client.answer().body()).isEqualTo(expected);
            }
        }
        assertThat(explained(method, target, line)).contains("\"route\":\"routes[" + index(expected) + "] " + expected);
    }

    private static int index(String name) {
        return java.util.List.of("site", "post", "beta", "beta-post", "query", "cookie", "near", "closed")
                .indexOf(name);
    }

    private static String explained(String method, String target, String line) throws Exception {
        try (RawClient client = RawClient.plain(PROXY.adminPort())) {
            return client.send("GET /explain?json&from=127.0.0.1&method=" + method + "&url="
                            + word("http://a.example" + target) + "&header=" + word(line)
                            + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse()
                    .body();
        }
    }

    private static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"/closed%2Fx, open, 400", "/closed%2Fx, shut, 200"})
    void p08AnOddPathIsReadWithTheConditionsOfItsRequest(String target, String key, int status) throws Exception {
        try (RawClient client = RawClient.plain(PROXY.port("plain"))) {
            client.send("GET " + target + " HTTP/1.1\r\nHost: a.example\r\nX-Key: " + key + "\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(status);
        }
    }
}
