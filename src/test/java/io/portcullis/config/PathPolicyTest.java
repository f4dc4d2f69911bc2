package io.portcullis.config;

import static io.portcullis.config.PathPolicy.Treatment.KEEP;
import static io.portcullis.config.PathPolicy.Treatment.NORMALISE;
import static io.portcullis.config.PathPolicy.Treatment.REJECT;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator may write about odd paths, and what it reads as. */
class PathPolicyTest {
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
    void oddPathsAreKeptWhereTheyAreClearUnlessTheRouteSaysOtherwise() {
        assertThat(routes("{ upstream = app }"))
                .extracting(RouteConfig::pathPolicy)
                .containsExactly(new PathPolicy(KEEP, KEEP, KEEP, KEEP, REJECT));
        assertThat(routes("{ upstream = app, path-policy { encoded-slash = decode, double-slash = merge,"
                        + " semicolon = reject, encoded-delimiters = reject, dot-segments = resolve } }"))
                .extracting(RouteConfig::pathPolicy)
                .containsExactly(new PathPolicy(NORMALISE, NORMALISE, REJECT, REJECT, NORMALISE));
    }

    @Test
    void pathPolicyForAllRoutesStandsInDefaults() {
        assertThat(folder.config(ABOVE + "defaults.route.path-policy.double-slash = merge\n"
                                + "routes = [ { upstream = app }, { path = /b, upstream = app,"
                                + " path-policy.double-slash = reject } ]")
                        .routes())
                .extracting(route -> route.pathPolicy().doubleSlash())
                .containsExactly(NORMALISE, REJECT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "encoded-slash = merge | encoded-slash: expected one of decode, keep, reject, found \"merge\"",
                "double-slash = decode | double-slash: expected one of keep, merge, reject, found \"decode\"",
                "semicolon = decode | semicolon: expected one of keep, reject, found \"decode\"",
                "dot-segments = keep | dot-segments: expected one of reject, resolve, found \"keep\"",
                "slashes = keep | slashes: unknown key"
            })
    void pathPolicyRefuses(String policy, String problem) {
        assertThat(problems("{ path = /x, upstream = app, path-policy { " + policy + " } }"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: routes[1].path-policy." + problem);
    }
}
