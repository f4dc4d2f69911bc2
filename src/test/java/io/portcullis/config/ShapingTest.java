package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a route may change in what passes, and what it may not. */
class ShapingTest {
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

    private List<String> problems(String more) {
        return folder.problems(ABOVE + "routes = [ { path = \"/api/\", upstream = app, " + more + " } ]");
    }

    private ShapingConfig shaping(String more) {
        return folder.config(ABOVE + "routes = [ { path = \"/api/\", upstream = app, " + more + " } ]")
                .routes()
                .getFirst()
                .shaping();
    }

    @Test
    void fieldsAreRemovedSetAndAdded() {
        FieldEdits edits = shaping("request-headers { remove = X-Debug, set { X-B = 1, X-A = \"a %{id}, %{path}\" },"
                        + " add { Link = [ \"<a>\", \"<b>\" ] } }")
                .request();
        assertThat(edits.texts())
                .containsExactly("- X-Debug", "= X-A: a %{id}, %{path}", "= X-B: 1", "+ Link: <a>", "+ Link: <b>");
    }

    @Test
    void whatHoldsForAllRoutesStandsInDefaults() {
        PortcullisConfig config = folder.config(
                ABOVE
                        + "defaults.route.response-headers { set { X-A = b }, remove = [Server] }\n"
                        + "routes = [ { upstream = app }, { path = /x, upstream = app, response-headers { set { X-C = d } } } ]");
        assertThat(config.routes().getFirst().shaping().response().texts()).containsExactly("- Server", "= X-A: b");
        assertThat(config.routes().getLast().shaping().response().texts()).containsExactly("- Server", "= X-C: d");
        assertThat(config.effective())
                .extracting(Effective::toString)
                .anyMatch(line -> line.startsWith("routes[1].response-headers.set.X-C = \"d\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection", "Keep-Alive", "TE", "Trailer", "Upgrade", "Transfer-Encoding", "Content-Length", "Host",
                "X-Forwarded-For", "x_forwarded_for", "Forwarded", "Via", "X-Request-Id", "X-Real-IP", "Date", "Expect",
                "Strict-Transport-Security", "Client-Cert", "Sec-WebSocket-Accept", "Proxy-Authorization"
            })
    void h03NobodyChangesWhatIsOurs(String name) {
        for (String way : List.of("request-headers", "response-headers")) {
            assertThat(problems(way + ".set.\"" + name + "\" = a"))
                    .singleElement()
                    .asString()
                    .contains("the field " + name + " is not to be changed; ");
            assertThat(problems(way + ".remove = \"" + name + "\""))
                    .singleElement()
                    .asString()
                    .contains("the field " + name + " is not to be changed; ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "request-headers.set.\"X A\" = b | is no name of a header field",
                "request-headers.set.X-A = \"a\\nb\" | no visible ASCII",
                "request-headers.add.X-A = \"a\\r\\nX-B: c\" | no visible ASCII",
                "response-headers.set.X-A = ä | no visible ASCII",
                "request-headers.set.X-A = \"%{pth}\" | did you mean \"path\"?",
                "request-headers.set.X-A = \"%{path\" | there is no variable",
                "request-headers.set { X-A = b, x_a = c } | is named twice",
                "request-headers.set.X-A { b = c } | expected one value",
                "request-headers.put.X-A = b | unknown key",
                "rewrite.strip-prefix = \"/api/\" | do not end with one",
                "rewrite.strip-prefix = /other | not every path of it begins with /other",
                "rewrite.add-prefix = v2 | a path begins with /",
                "rewrite.add-prefix = \"/a/../b\" | without . and ..",
                "rewrite.regex = \"/a\" | regex and to go together",
                "rewrite.to = \"/a\" | regex and to go together",
                "rewrite { regex = \"/(a)\", to = \"/$2\" } | stands for no group of regex, which has 1",
                "rewrite { regex = \"/(a)\", to = \"/$x\" } | stands for no group",
                "rewrite { regex = \"/(a)\", to = \"/$1?b\" } | expected a path",
                "rewrite { regex = \"/(a)\", to = \"a$1\" } | expected a path",
                "rewrite { regex = \"/(a\", to = \"/\" } | write it in RE2 syntax"
            })
    void whatCannotBeDoneIsRefused(String more, String said) {
        assertThat(problems(more)).isNotEmpty().allSatisfy(problem -> assertThat(problem)
                .contains(said));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "strip-prefix = /api | /api/a | /a",
                "strip-prefix = /api | /api/ | /",
                "strip-prefix = /api | /apia | /apia",
                "add-prefix = /v2 | /api/a | /v2/api/a",
                "strip-prefix = /api, add-prefix = /v2 | /api/a | /v2/a",
                "strip-prefix = /api, regex = \"/u/(\\\\d+)\", to = \"/user/$1/\" | /api/u/7 | /user/7/",
                "regex = \"/api/(a)?(b)?\", to = \"/$2$1\" | /api/b | /b",
                "regex = \"/api/a\", to = /b | /api/ab | /api/ab"
            })
    void aPathIsStrippedThenAddedToThenReplaced(String rewrite, String path, String becomes) {
        assertThat(shaping("rewrite { " + rewrite + " }").path().applied(path)).isEqualTo(becomes);
    }
}
