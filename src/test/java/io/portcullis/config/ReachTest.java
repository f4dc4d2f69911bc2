package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What else a setting reaches. */
class ReachTest {
    private static final String TEXT =
            """
            listeners { one { bind = "127.0.0.1:8443", tls = public }, two { bind = "127.0.0.1:8080" } }
            tls.public.certificates = [ { chain = a.pem, key = a.key } ]
            defaults.upstream.max-idle = 100
            upstreams.app { endpoints = ["10.0.0.5:8080"] }
            upstreams.other { endpoints = ["10.0.0.6:8080"], max-idle = 9 }
            upstreams.third { endpoints = ["10.0.0.7:8080"] }
            routes = [
              { upstream = app }
              { path = /b/, split = [ { upstream = app, weight = 1 }, { upstream = other, weight = 1 } ] }
            ]
            """;

    @TempDir
    Path temp;

    private List<Effective> all() {
        return Objects.requireNonNull(
                        new ConfigFolder(temp).certificate("a").load(TEXT).config())
                .effective();
    }

    private List<String> of(String key) {
        return Reach.of(all(), key).stream()
                .map(each -> each.replace(temp + "/", ""))
                .toList();
    }

    @Test
    void whatTheSameDefaultAlsoSetsIsTold() {
        assertThat(of("upstreams.app.max-idle"))
                .contains("defaults.upstream.max-idle also sets upstreams.third.max-idle");
        assertThat(of("upstreams.other.max-idle")).noneMatch(line -> line.contains("also sets"));
    }

    @Test
    void whoUsesABlockIsTold() {
        assertThat(of("upstreams.app"))
                .last()
                .asString()
                .matches(
                        "upstreams.app is used by routes\\[0].upstream \\(.*:8\\), routes\\[1].split\\[0].upstream \\(.*:9\\)");
        assertThat(of("upstreams.third")).contains("upstreams.third is used by nothing");
        assertThat(of("tls.public")).singleElement().asString().contains("used by listeners.one.tls (");
        assertThat(of("timeouts.keep-alive")).isEmpty();
    }

    @Test
    void aBlockOfDefaultsIsFoundWhereItHolds() {
        assertThat(all().stream()
                        .filter(each -> each.comesFrom("defaults.upstream"))
                        .map(Effective::key))
                .containsExactlyInAnyOrder("upstreams.app.max-idle", "upstreams.third.max-idle");
    }
}
