package io.portcullis.wire;

import static io.portcullis.wire.Stage.SMUGGLED;
import static io.portcullis.wire.Stage.cases;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a request is for: exactly one host, read once, for routing and forwarding alike (RFC 9112 §3.2). */
class HostWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Stage.product(
            """
            routes = [
              { upstream = app }
              { path = "/where", respond { body = "anywhere" } }
              { host = "named.example", path = "/where", respond { body = "named" } }
              { host = "*.wild.example", path = "/where", respond { body = "wild" } }
              { host = "xn--mnchen-3ya.example", path = "/where", respond { body = "a-label" } }
              { host = "[::1]", path = "/where", respond { body = "six" } }
              { host = "127.0.0.1", path = "/where", respond { body = "four" } }
            ]
            """);

    private static final String GET = "GET /victim HTTP/1.1\r\n";

    private final Stage stage = new Stage(PROXY);

    @ParameterizedTest(name = "{0}")
    @MethodSource("notOneHost")
    void p01RejectsARequestWithoutExactlyOneHost(String name, String fields) throws Exception {
        stage.refuses(400, GET + fields + "\r\n" + SMUGGLED);
    }

    static List<Arguments> notOneHost() {
        return cases(
                "none", "",
                "none, another field", "X-A: b\r\n",
                "empty", "Host:\r\n",
                "blank", "Host: \t \r\n",
                "two", "Host: a.example\r\nHost: b.example\r\n",
                "two equal", "Host: a.example\r\nHost: a.example\r\n",
                "two, other case", "Host: a.example\r\nhOST: b.example\r\n",
                "two, one empty", "Host: a.example\r\nHost:\r\n",
                "two apart", "Host: a.example\r\nX-A: b\r\nHost: a.example\r\n",
                "invalid", "Host: a/b\r\n",
                "only another spelling", "H_ost: a.example\r\n");
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void p01RejectsItOverBothHops(Stage.Hop hop) throws Exception {
        stage.refuses(hop, 400, GET + "\r\n");
        stage.refuses(hop, 400, GET + "Host: a.example\r\nHost: b.example\r\n\r\n");
    }

    @Test
    void p01RejectsTwoHostsInHttp10Too() throws Exception {
        stage.refuses(400, "GET /victim HTTP/1.0\r\nHost: a.example\r\nHost: b.example\r\n\r\n");
    }

    @Test
    void p01LetsHttp10NameNoneAndGivesTheOriginOne() throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            client.send("GET /old HTTP/1.0\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.awaitClose();
        }
        RawRequest seen = before.requestsSince(1).getFirst();
        assertThat(seen.version()).isEqualTo("HTTP/1.1");
        assertThat(seen.values("Host")).singleElement().asString().isNotBlank();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("absoluteForms")
    void p02AnAbsoluteTargetWinsOverHost(String target, String host, String path) throws Exception {
        RawRequest seen = stage.passes("GET " + target + " HTTP/1.1\r\nHost: other.example\r\n\r\n");
        assertThat(seen.target()).isEqualTo(path);
        assertThat(seen.values("Host")).containsExactly(host);
        assertThat(seen.values("X-Forwarded-Host")).containsExactly(host);
        assertThat(seen.head().raw()).doesNotContain("other.example");
    }

    static List<Arguments> absoluteForms() {
        return List.of(
                Arguments.of("http://a.example/b?c=d", "a.example", "/b?c=d"),
                Arguments.of("http://a.example:8080/b", "a.example:8080", "/b"),
                Arguments.of("HTTP://a.example/b", "a.example", "/b"),
                Arguments.of("https://a.example/b", "a.example", "/b"),
                Arguments.of("http://a.example", "a.example", "/"),
                Arguments.of("http://a.example/", "a.example", "/"),
                Arguments.of("http://a.example?c=d", "a.example", "/?c=d"),
                Arguments.of("http://a.example/%61", "a.example", "/a"));
    }

    @Test
    void p02RoutesByTheTarget() throws Exception {
        assertThat(where("GET http://named.example/where HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
                .isEqualTo("named");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAbsoluteForms")
    void p02RejectsABadAbsoluteTarget(String name, String target) throws Exception {
        stage.refuses(400, "GET " + target + " HTTP/1.1\r\nHost: a.example\r\n\r\n" + SMUGGLED);
    }

    static List<Arguments> badAbsoluteForms() {
        return cases(
                "no host", "http:///victim",
                "no host, a port", "http://:80/victim",
                "user", "http://user@a.example/victim",
                "password", "http://user:pass@a.example/victim",
                "host disguised", "http://a.example:80@b.example/victim",
                "bad port", "http://a.example:99999/victim",
                "comma", "http://a.example,b.example/victim",
                "other scheme", "ftp://a.example/victim",
                "no slashes", "http:a.example/victim",
                "one slash", "http:/a.example/victim",
                "authority form", "a.example:80",
                "dot segment", "http://a.example/../victim",
                "backslash", "http://a.example\\victim",
                "fragment", "http://a.example/victim#a");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notOneHost")
    void p02StillWantsOneValidHost(String name, String fields) throws Exception {
        stage.refuses(400, "GET http://a.example/victim HTTP/1.1\r\n" + fields + "\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badHosts")
    void p03RejectsAHostThatIsNone(String name, String host) throws Exception {
        stage.refuses(400, GET + "Host: " + host + "\r\n\r\n" + SMUGGLED);
    }

    static List<Arguments> badHosts() {
        return cases(
                "user", "user@a.example",
                "password", "user:pass@a.example",
                "path", "a.example/b",
                "query", "a.example?b",
                "fragment", "a.example#b",
                "scheme", "http://a.example",
                "comma", "a.example,b.example",
                "comma and blank", "a.example, b.example",
                "space", "a.example b.example",
                "tab", "a.example\tb.example",
                "semicolon", "a.example;b",
                "backslash", "a.example\\b",
                "percent", "a%2eexample",
                "NUL", "a.example\0",
                "Latin-1", "m\u00fcnchen.example",
                "UTF-8", "m\u00c3\u00bcnchen.example",
                "port 0", "a.example:0",
                "port too large", "a.example:65536",
                "port overflow", "a.example:4294967376",
                "port negative", "a.example:-80",
                "port with sign", "a.example:+80",
                "port no number", "a.example:http",
                "two ports", "a.example:80:80",
                "only a port", ":80",
                "empty label", "a..example",
                "leading dot", ".a.example",
                "two trailing dots", "a.example..",
                "only a dot", ".",
                "IPv6 bare", "::1",
                "IPv6 open", "[::1",
                "IPv6 bytes behind", "[::1]a",
                "IPv6 zone", "[fe80::1%25eth0]",
                "IPv6 zone, raw", "[fe80::1%eth0]",
                "IPv6 nothing", "[]",
                "IPv6 junk", "[::g]",
                "IPv6 too long", "[1:2:3:4:5:6:7:8:9]",
                "IPv4 in brackets", "[127.0.0.1]",
                "a future version", "[v1.a]",
                "label too long", "a".repeat(64) + ".example",
                "name too long", "a.".repeat(150) + "example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.example",
                "A.Example",
                "a.example.",
                "a.example:8080",
                "a.example:",
                "1.2.3.4",
                "[::1]:80"
            })
    void p03ForwardsAHostAsItCame(String host) throws Exception {
        assertThat(stage.passes(GET + "Host: " + host + "\r\n\r\n").values("Host"))
                .containsExactly(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "named.example|named",
                "NAMED.example|named",
                "Named.Example|named",
                "named.example.|named",
                "named.example:80|named",
                "named.example:|named",
                "named.example.:8443|named",
                "A.wild.example|wild",
                "a.WILD.example.:80|wild",
                "a.b.wild.example|anywhere",
                "wild.example|anywhere",
                "xn--mnchen-3ya.example|a-label",
                "XN--MNCHEN-3YA.EXAMPLE|a-label",
                "[::1]|six",
                "[0:0:0:0:0:0:0:1]:80|six",
                "[0000::0001]|six",
                "[::0.0.0.1]|six",
                "127.0.0.1:8080|four"
            })
    void p04ComparesHostsInOneForm(String hostAndRoute) throws Exception {
        String host = hostAndRoute.substring(0, hostAndRoute.indexOf('|'));
        assertThat(where("GET /where HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .isEqualTo(hostAndRoute.substring(host.length() + 1));
    }

    private String where(String request) throws Exception {
        try (RawClient client = stage.client()) {
            return client.send(request).readResponse().body();
        }
    }
}
