package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
import static io.portcullis.wire.Stage.SMUGGLED;
import static io.portcullis.wire.Stage.cases;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each route makes of paths that backends read in more than one way; and nobody gets past a route by such a path. */
class PathPolicyWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Stage.product(
            """
            routes = [
              { upstream = app }
              { path = "/admin", respond { status = 403, body = "closed" } }
              { path = "/admin/", respond { status = 403, body = "closed" } }
              { path = "/strict/", upstream = app, path-policy {
                  encoded-slash = reject, double-slash = reject, semicolon = reject, encoded-delimiters = reject } }
              { path = "/plain/", upstream = app, path-policy {
                  encoded-slash = decode, double-slash = merge, dot-segments = resolve } }
              { path = "/plain/sub/", upstream = app, path-policy { encoded-slash = decode, double-slash = merge } }
              { path = "/plain/kept/", upstream = app }
              { path = "/half/", upstream = app, path-policy { encoded-slash = decode, double-slash = reject } }
              { path = "/old/", redirect { to = "/plain/" }, path-policy { double-slash = merge } }
            ]
            """);

    private final Stage stage = new Stage(PROXY);

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("plainForms")
    void p08ForwardsWhatThePolicyMakesOfThePath(String target, String seen) throws Exception {
        assertThat(stage.passes(get(target)).target()).isEqualTo(seen);
    }

    static List<Arguments> plainForms() {
        return cases(
                // Kept by default, where all readings are this route's.
                "/a%2Fb", "/a%2Fb",
                "/a%5cb;c//d%25", "/a%5Cb;c//d%25",
                "/adminx%2Fb", "/adminx%2Fb",
                "/a/admin%2fb", "/a/admin%2Fb",
                // Decoded once, merged.
                "/plain/a%2Fb", "/plain/a/b",
                "/plain/a%2fb?c=%2f//;", "/plain/a/b?c=%2f//;",
                "/plain//a///b", "/plain/a/b",
                "/plain/%2fa", "/plain/a",
                "/plain/a%252Fb", "/plain/a%252Fb",
                "/plain/a%252e%252e%252fb", "/plain/a%252e%252e%252fb",
                "/plain/a;b", "/plain/a;b",
                "/half/a%2Fb", "/half/a/b",
                // Two routes that make the same of it: the more specific one gets it.
                "/plain/sub%2Fa", "/plain/sub/a",
                "/plain//sub/a", "/plain/sub/a",
                // Resolved.
                "/plain/a/../b", "/plain/b",
                "/plain/./b/.", "/plain/b/",
                "/plain/a/%2e%2E/b", "/plain/b",
                "/plain/a/b/..", "/plain/a/",
                "/public/../plain/b", "/plain/b",
                // What a strict route has nothing against.
                "/strict/a%20b%C3%A4", "/strict/a%20b%C3%A4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/strict/a%2Fb",
                "/strict/a%2fb",
                "/strict/a%5Cb",
                "/strict/a//b",
                "/strict//a",
                "/strict/a;b",
                "/strict/a%3bb",
                "/strict/a%25b",
                "/strict/a%2561",
                "/strict/a%23b",
                "/strict/a%3Fb",
                "/half/a%2F%2Fb",
                "/half/a%2F/b",
                "/half/%2fb",
                "/half/a%5Cb",
                "/plain/a%5Cb",
            })
    void p08RefusesWhatThePolicyRejects(String target) throws Exception {
        stage.refuses(400, get(target) + SMUGGLED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin%2fx",
                "/admin%2F",
                "/admin%5cx",
                "/%2fadmin",
                "/%5Cadmin",
                "//admin",
                "//admin/",
                "///admin/x",
                "/;/admin",
                "/admin;x",
                "/admin;x/y",
                "/admin%3bx/y",
                "/admin%3B",
                "/;x/admin/y",
                "/x;/../admin",
                "/x/;/../admin",
                "/.;/admin",
                "/;%2fadmin",
                "/%2f%2Fadmin",
                "/%2f;/admin",
                "/x%2f..%2fadmin",
                "/a%2f..%2fadmin",
                "/public/..%2fadmin",
                "/public/..%5cadmin",
                "/public/%2e%2e%2fadmin",
                "/strict%2Fx",
                "/strict;x/y",
                "//strict/x",
                "/plain%2Fx",
                "//plain/x",
                "/plain/kept%2Fx",
                "/plain//kept/x",
                "/plain/kept;/x",
                "/plain/%2e%2e%2fadmin",
                "/plain/..%2f..%2fadmin",
                "/plain//../admin",
                "/plain/%2f../admin",
            })
    void p08NobodyGetsPastARouteByAnotherReadingOfItsPath(String target) throws Exception {
        stage.refuses(400, get(target) + SMUGGLED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/public/%2e%2e/admin",
                "/public/../admin",
                "/plain/../admin",
                "/plain/../admin/x",
                "/plain/./../admin/",
                "/plain/../public",
                "/plain/../strict/a",
                "/plain/sub/../sub/a",
                "/plain/../../plain/a",
                "/..",
                "/plain/../..",
                "/plain/a;b/../c",
                "/plain/a%2fb/../c",
                "/plain/a%25/../c",
            })
    void p09TheRouteThatTheResolvedPathLeadsToDecides(String target) throws Exception {
        stage.refuses(400, get(target) + SMUGGLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/plain/../admin", "//admin", "/admin%2Fx"})
    void p08TheSameOverTls(String target) throws Exception {
        stage.refuses(Stage.Hop.SECURE, 400, get(target) + SMUGGLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin", "/admin/", "/admin/a%2Fb", "/admin//x", "/admin/x;y", "/%61dmin/%2561"})
    void p08APathThatIsTheRoutesInEveryReadingIsServedByIt(String target) throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            assertThat(client.send(get(target)).readResponse().status()).isEqualTo(403);
        }
        stage.sentinel();
        before.isFollowedBySentinelOnly();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("redirects")
    void p10ARedirectIsMadeOfTheSamePath(String target, String location) throws Exception {
        try (RawClient client = stage.client()) {
            RawResponse answer = client.send(get(target)).readResponse();
            assertThat(answer.status()).isEqualTo(308);
            assertThat(answer.values("Location")).containsExactly(location);
        }
    }

    static List<Arguments> redirects() {
        return cases(
                "/old/a?b", "/plain/a?b",
                "/old//a", "/plain/a",
                "/old///a//b", "/plain/a/b",
                "/old/a%2Fb", "/plain/a%2Fb");
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n";
    }
}
