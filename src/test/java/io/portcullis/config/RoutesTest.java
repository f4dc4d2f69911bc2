package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
    /** Two lines; the routes begin on line 3. */
    private static final String ABOVE =
            """
            listeners.http.bind = "127.0.0.1:8080"
            upstreams { app { endpoints = ["10.0.0.5:8080"] } }
            """;

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp);
    }

    private List<RouteConfig> routes(String routes) {
        return folder.config(ABOVE + "routes = [ " + routes + " ]").routes();
    }

    private List<String> problems(String routes) {
        return folder.problems(ABOVE + "routes = [ { path = /keep, upstream = app }\n" + routes + " ]");
    }

    @Test
    void listOfHostsBecomesOneRouteEach() {
        assertThat(routes("{ host = [a.example, B.example], upstream = app }"))
                .extracting(RouteConfig::host, RouteConfig::index, RouteConfig::name)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a.example", 0, "a.example/"),
                        org.assertj.core.groups.Tuple.tuple("b.example", 0, "a.example/"));
    }

    @Test
    void nameIsTaken() {
        assertThat(routes("{ name = main, upstream = app }"))
                .extracting(RouteConfig::name)
                .containsExactly("main");
    }

    @Test
    void pathIsEverythingByDefault() {
        assertThat(routes("{ upstream = app }")).extracting(RouteConfig::path).containsExactly("/");
    }

    @Test
    void unknownUpstreamGetsASuggestion() {
        assertThat(problems("{ upstream = apo }"))
                .containsExactly(
                        "x.conf:4: routes[1].upstream: there is no upstream named \"apo\"; did you mean \"app\"?");
    }

    @Test
    void unknownUpstreamOnItsOwnLine() {
        assertThat(problems("{ path = /x\n upstream = zzz }"))
                .containsExactly("x.conf:5: routes[1].upstream: there is no upstream named \"zzz\"; known here: app");
    }

    @Test
    void sameHostAndPathCanNeverMatch() {
        assertThat(problems("{ path = /keep, respond {} }"))
                .containsExactly(
                        "x.conf:4: routes[1]: can never match: routes[0] (x.conf:3) has the same host (every host)"
                                + " and path (/keep); remove one of them, or change its host or path");
    }

    @Test
    void hostInAListCanNeverMatchEither() {
        assertThat(problems("{ host = a.example, upstream = app }\n{ host = [b.example, A.EXAMPLE], upstream = app }"))
                .containsExactly(
                        "x.conf:5: routes[2]: can never match: routes[1] (x.conf:4) has the same host (a.example)"
                                + " and path (/); remove one of them, or change its host or path");
    }

    @Test
    void prefixAndExactPathAreTwoRoutes() {
        assertThat(problems("{ path = /keep/, upstream = app }")).isEmpty();
    }

    @Test
    void wildcardAndExactHostAreTwoRoutes() {
        assertThat(problems("{ host = \"*.a.example\", upstream = app }\n{ host = b.a.example, upstream = app }"))
                .isEmpty();
    }

    @Test
    void nameTakenTwiceIsAnError() {
        assertThat(problems("{ path = /b, name = /keep, upstream = app }"))
                .containsExactly(
                        "x.conf:4: routes[1].name: the name \"/keep\" is taken by routes[0] (x.conf:3); give each"
                                + " route a name of its own");
    }

    @Test
    void routeWithoutActionIsAnError() {
        assertThat(problems("{ path = /b }"))
                .containsExactly(
                        "x.conf:4: routes[1]: the route does nothing; write one of upstream = name, split = [ … ],"
                                + " redirect { to = … }, respond { status = … }");
    }

    @Test
    void routeWithTwoActionsIsAnError() {
        assertThat(problems("{ path = /b, upstream = app\n respond {} }"))
                .containsExactly(
                        "x.conf:5: routes[1].respond: the route already has upstream, and can do only one thing;"
                                + " keep one of upstream, respond");
    }

    @Test
    void unusedUpstreamIsAWarning() {
        assertThat(folder.problemsOf("upstreams.old.endpoints = [\"10.0.0.9:80\"]"))
                .containsExactly(
                        "x.conf:4: upstreams.old: no route uses this upstream; name it in a route: upstream = old,"
                                + " or remove it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b.example | the label \"a b\" must be 1 to 63 letters, digits and hyphens, none at its ends (RFC 1123)",
                "-a.example | the label \"-a\" must be 1 to 63 letters, digits and hyphens, none at its ends (RFC 1123)",
                "a..example | the label \"\" must be 1 to 63 letters, digits and hyphens, none at its ends (RFC 1123)",
                "a.example. | leave out the dot at the end",
                "a.example:443 | write the name without a port; an IPv6 address in brackets",
                "https://a.example | write the name alone, without scheme or path",
                "www.*.example | a wildcard stands for the whole first label: *.example.com",
                "w*.example | a wildcard stands for the whole first label: *.example.com",
                "bücher.example | write international names in their A-label form: xn--bcher-kva.example"
            })
    void hostRefuses(String host, String remedy) {
        assertThat(problems("{ host = \"" + host + "\", upstream = app }"))
                .contains("x.conf:4: routes[1].host: expected a host name, found \"" + host + "\"; " + remedy);
    }

    @Test
    void starAloneIsNoHost() {
        assertThat(problems("{ host = \"*\", upstream = app }"))
                .containsExactly(
                        "x.conf:4: routes[1].host: \"*\" is not a host name; leave the key out to match every host");
    }

    @Test
    void emptyListOfHostsIsAnError() {
        assertThat(problems("{ host = [], upstream = app }"))
                .containsExactly(
                        "x.conf:4: routes[1].host: an empty list matches no host; name a host, or leave the key out"
                                + " to match every host");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api/ | a path begins with /",
                "/a?b=c | query and fragment take no part in matching; write the path alone",
                "/api/* | a path that ends in / is a prefix; write no *",
                "/a b | percent-encode other characters than RFC 3986 allows in a path",
                "/a%2 | percent-encode other characters than RFC 3986 allows in a path",
                "/a/../b | write the path without . and .. segments: requests are matched without them",
                "/a//b | write single slashes",
                "/a;b | write it without ; and encoded slashes: what becomes of these is said by path-policy",
                "/a%2fb/ | write it without ; and encoded slashes: what becomes of these is said by path-policy",
                "/a%5C | write it without ; and encoded slashes: what becomes of these is said by path-policy",
                "/%61 | requests are matched with letters, digits, -, ., _ and ~ decoded, and other triplets in upper"
                        + " case; write it so",
                "/%c3%A4 | requests are matched with letters, digits, -, ., _ and ~ decoded, and other triplets in upper"
                        + " case; write it so"
            })
    void pathRefuses(String path, String remedy) {
        assertThat(problems("{ path = \"" + path + "\", upstream = app }"))
                .containsExactly("x.conf:4: routes[1].path: expected a path, found \"" + path + "\"; " + remedy);
    }

    @Test
    void redirectNeedsATarget() {
        assertThat(problems("{ redirect {} }"))
                .contains("x.conf:4: routes[1].redirect.to: missing: expected a path or a URL; write to = \"/new/\"");
    }

    @Test
    void redirectTargetWithALineBreakIsRefused() {
        assertThat(problems("{ redirect { to = \"/a\\r\\nSet-Cookie: x\" } }"))
                .contains(
                        "x.conf:4: routes[1].redirect.to: the target has a control character, which could end the header"
                                + " line; remove it");
    }

    @Test
    void redirectTargetToAnotherHostNeedsItsScheme() {
        assertThat(problems("{ redirect { to = \"//b.example/\" } }"))
                .contains(
                        "x.conf:4: routes[1].redirect.to: the target \"//b.example/\" leads to another host; write the"
                                + " scheme too: https://b.example/");
    }

    @Test
    void redirectTargetIsAPathOrAUrl() {
        assertThat(problems("{ redirect { to = \"new\" } }"))
                .contains(
                        "x.conf:4: routes[1].redirect.to: expected a path or an http(s) URL, found \"new\"; write \"/new/\""
                                + " or \"https://example.com/\"; percent-encode spaces and letters beyond ASCII");
    }

    @Test
    void redirectStatusIsOneOfFive() {
        assertThat(problems("{ redirect { to = /, status = 304 } }"))
                .contains(
                        "x.conf:4: routes[1].redirect.status: expected one of 301, 302, 303, 307, 308, found \"304\"; write"
                                + " one of these");
    }

    @Test
    void respondStatusHasItsRange() {
        assertThat(problems("{ respond { status = 101 } }"))
                .contains(
                        "x.conf:4: routes[1].respond.status: expected a whole number from 200 to 599, found 101; write a"
                                + " value within the range");
    }

    @Test
    void noContentHasNoBody() {
        assertThat(problems("{ respond { status = 204\n body = x } }"))
                .contains(
                        "x.conf:5: routes[1].respond.body: a response with status 204 has no body (RFC 9110 §15); remove"
                                + " the body");
    }

    @Test
    void contentTypeIsAMediaType() {
        assertThat(problems("{ respond { content-type = html } }"))
                .contains(
                        "x.conf:4: routes[1].respond.content-type: expected a media type, found \"html\"; write for example"
                                + " \"text/plain\"");
    }

    @Test
    void routesAreAList() {
        assertThat(folder.problems(ABOVE + "routes { upstream = app }"))
                .contains("x.conf:3: routes: expected a list of blocks; write routes = [ { … } ]");
    }

    @Test
    void misspeltKeyOfARoute() {
        assertThat(problems("{ path = /b, upstream = app, hots = a.example }"))
                .containsExactly("x.conf:4: routes[1].hots: unknown key; did you mean \"host\"?");
    }
}
