package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
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

/** What a request is for: one normal form of its path, for routing and forwarding alike (RFC 3986 §6.2.2). */
class PathWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Stage.product(
            """
            routes = [
              { upstream = app }
              { path = "/closed/", respond { status = 403, body = "closed" } }
            ]
            """);

    private final Stage stage = new Stage(PROXY);

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("normalForms")
    void p08DecodesOnceAndForwardsWhatItRoutes(String target, String seen) throws Exception {
        assertThat(stage.passes(get(target)).target()).isEqualTo(seen);
    }

    static List<Arguments> normalForms() {
        return cases(
                "/a", "/a",
                "/%61", "/a",
                "/%41%5a%7E%2D%5f", "/AZ~-_",
                "/a%2e", "/a.",
                "/a%2fb", "/a%2Fb",
                "/a%2Fb", "/a%2Fb",
                "/a%5cb", "/a%5Cb",
                "/a%25b", "/a%25b",
                "/%2561", "/%2561",
                "/%252e%252e/a", "/%252e%252e/a",
                "/a%3bb", "/a%3Bb",
                "/a%23b", "/a%23b",
                "/a%3fb", "/a%3Fb",
                "/a%20b", "/a%20b",
                "/a;b=c/d", "/a;b=c/d",
                "/a//b", "/a//b",
                "//a", "//a",
                "/a//", "/a//",
                "/%c3%a4", "/%C3%A4",
                "/%E4", "/%E4",
                "/a?b=%2e%2E/../%00", "/a?b=%2e%2E/../%00",
                "/a?b=c?d&e", "/a?b=c?d&e",
                "/a?", "/a?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/closed/a", "/%63losed/a", "/clos%65d/", "/%63%6C%6f%73%65%64/%61"})
    void p08RoutesOnTheSameForm(String target) throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            assertThat(client.send(get(target)).readResponse().status()).isEqualTo(403);
        }
        stage.sentinel();
        before.isFollowedBySentinelOnly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%00", "/a%00b", "/closed%00/a", "/a%00.html"})
    void p08RejectsAnEncodedNul(String target) throws Exception {
        stage.refuses(400, get(target) + SMUGGLED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/.",
                "/../a",
                "/./a",
                "/a/..",
                "/a/.",
                "/a/../closed/b",
                "/a/./b",
                "//../a",
                "/a//../b",
                "/%2e%2e/a",
                "/%2E%2E/a",
                "/.%2e/a",
                "/%2e./a",
                "/%2e/a",
                "/a/%2e%2e",
                "/..;/a",
                "/.;/a",
                "/..;a=b/c",
                "/%2e%2e;/a",
                "/%2e;/a",
                "/..%2fa",
                "/a/..%2Fb",
                "/a%2f..%2fb",
                "/a%2f..",
                "/a%2F%2e%2E/b",
                "/..%5ca",
                "/a%5c..%5Cb",
                "/a%5C.%5c",
                "/..%3b/a",
                "/a\\b",
                "/\\a",
                "/..\\a",
                "\\a"
            })
    void p09RejectsDotSegmentsAndBackslashes(String target) throws Exception {
        stage.refuses(400, get(target) + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void p09RejectsThemOverBothHops(Stage.Hop hop) throws Exception {
        stage.refuses(hop, 400, get("/a/%2e%2e/closed/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/...", "/.a", "/a.", "/a..b", "/..a", "/a../b", "/.well-known/a", "/a;../b", "/a?../b"})
    void p09PassesDotsThatAreNoSegments(String target) throws Exception {
        assertThat(stage.passes(get(target)).target()).isEqualTo(target);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedPaths")
    void p11RejectsWhatNoPathMayHold(String name, String target) throws Exception {
        stage.refuses(400, get(target) + SMUGGLED);
    }

    static List<Arguments> malformedPaths() {
        return cases(
                "triplet without digits", "/%",
                "triplet with one digit", "/%4",
                "triplet cut by the query", "/%4?a",
                "triplet with a letter", "/%4g",
                "triplet with letters", "/%zz",
                "triplet with a sign", "/%+1",
                "triplet of another kind", "/%u0041",
                "percent before a triplet", "/%%41",
                "overlong dot", "/%c0%ae%c0%ae/a",
                "overlong slash", "/a%c0%afb",
                "overlong backslash", "/a%C1%9Cb",
                "overlong slash, three bytes", "/a%e0%80%afb",
                "overlong slash, four bytes", "/a%f0%80%80%afb",
                "SOH", "/\u0001",
                "tab", "/a\tb",
                "DEL", "/\u007f",
                "NUL", "/a\0b",
                "Latin-1", "/\u00e4",
                "UTF-8", "/\u00c3\u00a4",
                "Latin-1 in the query", "/a?\u00e4",
                "SOH in the query", "/a?\u0001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a#b", "/#", "/a?b#c", "/a#", "http://example.com/#a", "#a"})
    void p12RejectsAFragment(String target) throws Exception {
        stage.refuses(400, get(target) + SMUGGLED);
    }

    @Test
    void p13ForwardsOptionsOfTheWholeServer() throws Exception {
        RawRequest seen = stage.passes("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(seen.head().startLine()).isEqualTo("OPTIONS * HTTP/1.1");
    }

    @Test
    void p13ForwardsItAlsoFromAnAbsoluteTargetWithoutAPath() throws Exception {
        RawRequest seen = stage.passes("OPTIONS http://a.example:8001 HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(seen.head().startLine()).isEqualTo("OPTIONS * HTTP/1.1");
        assertThat(seen.values("Host")).containsExactly("a.example:8001");
        assertThat(stage.passes("OPTIONS http://a.example/ HTTP/1.1\r\n" + HOST + "\r\n")
                        .target())
                .isEqualTo("/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET *",
                "HEAD *",
                "POST *",
                "PUT *",
                "DELETE *",
                "options *",
                "OPTIONS **",
                "OPTIONS *?a",
                "OPTIONS */",
                "OPTIONS a"
            })
    void p13RejectsTheAsteriskOtherwise(String line) throws Exception {
        stage.refuses(400, line + " HTTP/1.1\r\n" + HOST + "\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a?b=1;c=2", "/a?;", "/a?b;c&d=e;f", "/a?b=%3B;c"})
    void p16ForwardsSemicolonsInAQueryAsTheyCame(String target) throws Exception {
        assertThat(stage.passes(get(target)).target()).isEqualTo(target);
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n";
    }
}
