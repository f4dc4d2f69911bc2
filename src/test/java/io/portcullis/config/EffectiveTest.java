package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code config show} says of each key: its value, and where that comes from. */
class EffectiveTest {
    private static final String TEXT =
            """
            listeners { http { bind = "127.0.0.1:8080" } }
            include "more.conf"
            upstreams.app { endpoints = ["10.0.0.5:8080"], max-idle = 7 }
            defaults.upstream.connect-timeout = 1 s
            timeouts.keep-alive = ${KEEP}
            routes = [ { upstream = app }, { path = "/x", respond { status = 204 } } ]
            """;

    @TempDir
    Path temp;

    private List<String> shown() {
        return new ConfigFolder(temp)
                        .file("more.conf", "limits {\n  header-count = 50\n}\n")
                        .environment("KEEP", "20 s")
                        .config(TEXT)
                        .effective()
                        .stream()
                        .map(each -> each.toString().replace(temp + "/", ""))
                        .toList();
    }

    @Test
    void aValueComesFromTheFileAnIncludeTheEnvironmentDefaultsOrOurs() {
        assertThat(shown())
                .contains(
                        "upstreams.app.max-idle = 7  # x.conf:3",
                        "limits.header-count = 50  # more.conf:2",
                        "timeouts.keep-alive = \"20 s\"  # x.conf:5, from the environment",
                        "upstreams.app.connect-timeout = \"1 s\"  # x.conf:4, defaults.upstream.connect-timeout",
                        "upstreams.app.idle-timeout = \"55 s\"  # default of development",
                        "routes[1].respond.status = 204  # x.conf:6",
                        "routes[0].path-policy.double-slash = \"keep\"  # default of development",
                        "listeners.http.tls = null  # default of development");
    }

    @Test
    void blocksAndTheirDefaultsAreNotShownAsKeys() {
        assertThat(shown())
                .noneMatch(line -> line.startsWith("defaults."))
                .noneMatch(line -> line.startsWith("routes ="))
                .noneMatch(line -> line.startsWith("listeners.http ="));
    }

    /** Every key of reference.conf that belongs to a block that is there has its line. */
    @Test
    void noKeyThatHoldsIsLeftOut() {
        List<String> keys =
                shown().stream().map(line -> line.replaceFirst(" = .*", "")).toList();
        assertThat(keys).doesNotHaveDuplicates().contains("admin.bind", "drain.timeout", "forwarding.via", "expect");
        assertThat(ConfigLoader.reference()
                        .object()
                        .toConfig()
                        .getConfig("limits")
                        .root()
                        .keySet())
                .allSatisfy(key -> assertThat(keys).contains("limits." + key));
        assertThat(
                        ConfigLoader.reference()
                                .object()
                                .toConfig()
                                .getConfig("defaults.upstream")
                                .root()
                                .entrySet()
                                .stream()
                                // A block that is not written holds no keys.
                                .filter(entry -> !(entry.getValue() instanceof ConfigObject))
                                .map(Map.Entry::getKey))
                .allSatisfy(key -> assertThat(keys).contains("upstreams.app." + key));
    }

    @Test
    void aKeySelectsItselfAndWhatIsBelowIt() {
        Effective one = new Effective("routes[1].path", "\"/x\"", "default");
        assertThat(one.isWithin("routes")).isTrue();
        assertThat(one.isWithin("routes[1]")).isTrue();
        assertThat(one.isWithin("routes[1].pa")).isFalse();
        assertThat(Effective.suggestion(List.of(one), "routes[1].pth")).isEqualTo("did you mean \"routes[1].path\"?");
    }
}
