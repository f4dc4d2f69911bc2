package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Balancing, health and retries as the operator writes them. */
class UpstreamsTest {
    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp);
    }

    private static final String GOOD_WITH = "upstreams.app.adaptive-limit { %s }\n";

    private UpstreamConfig upstream(String more) {
        return folder.config(ConfigFolder.GOOD + "upstreams.app { " + more + " }").upstreams().values().stream()
                .findFirst()
                .orElseThrow();
    }

    @Test
    void endpointsAreTextsOrBlocksOrBoth() {
        UpstreamConfig config = upstream(
                "endpoints = [\"10.0.0.5:80\", { address = \"10.0.0.6:80\", weight = 3 }, { address = \"a:1\", backup = on }, { address = \"b:1\", backup = 9 }]");
        assertThat(config.endpoints()).extracting(EndpointConfig::weight).containsExactly(1, 3, 1, 1);
        assertThat(config.endpoints()).extracting(EndpointConfig::backup).containsExactly(0, 0, 1, 9);
        assertThat(upstream("endpoints = { address = \"a:1\" }").endpoints()).hasSize(1);
    }

    @Test
    void offIsOff() {
        UpstreamConfig config =
                upstream("retries.most = off, panic-below = off, slow-start = off, max-requests = off, check = off,"
                        + " ejection { failures = off, failure-ratio = off, statuses = [] }");
        assertThat(config.retries().most()).isZero();
        assertThat(config.retries().hedge()).isNull();
        assertThat(upstream("hedge = off, min-connections = off").minConnections())
                .isZero();
        assertThat(config.balance().panicPercent()).isZero();
        assertThat(config.health().slowStart()).isZero();
        assertThat(config.health().check()).isNull();
        assertThat(config.health().ejection().failures()).isZero();
        assertThat(config.health().ejection().ratioPercent()).isZero();
        assertThat(config.health().ejection().statuses()).isEmpty();
    }

    @Test
    void hedgingIsAskedForByItsBlock() {
        assertThat(upstream("hedge {}").retries().hedge()).isEqualTo(new HedgeConfig(Duration.ofMillis(100), 1));
        assertThat(upstream("hedge { after = 20 ms, most = 3 }").retries().hedge())
                .isEqualTo(new HedgeConfig(Duration.ofMillis(20), 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoints = [{ address = \"a:1\", backup = on }] | every backend is a backup",
                "endpoints = [\"a:1\", { address = \"a:1\", weight = 2 }] | a backend is named twice",
                "endpoints = [{ weight = 2 }] | missing: expected where the backend listens",
                "endpoints = [{ address = \"a:1\", weigth = 2 }] | did you mean \"weight\"?",
                "endpoints = [{ address = \"a:1\", weight = 0 }] | expected a whole number from 1 to 256",
                "endpoints = [\"a:1\", { address = \"b:1\", backup = 10 }] | expected on, off or a number from 1 to 9",
                "endpoints = [\"a:1\", { address = \"b:1\", backup = 0 }] | expected on, off or a number from 1 to 9",
                "balance = leastconn | expected one of hash, least-requests",
                "hash.by = \"header\" | write client-address, path",
                "hash.by = \"header a b\" | write client-address, path",
                "hash.most-load = 90 % | expected a share from 101 % to 10000 %",
                "panic-below = 20 | write a whole number and its sign: 20 %",
                "ejection.time = 10 m | shorter than time",
                "ejection.statuses = [404] | expected a whole number from 500 to 599",
                "check.status = \"399-200\" | write 200 or 200-399",
                "check.path = healthz | expected a path to ask for",
                "check.path = \"/a b\" | expected a path to ask for",
                "check.host = \"a b\" | expected a host",
                "retries.on = [always] | write connect, closed, timeout, or a status",
                "hedge.after = 2 m | expected a duration from 1 ms to 60 s",
                "hedge.most = 0 | expected a whole number from 1 to 5",
                "hedge {}, sticky {} | sticky keeps a client at one endpoint, and hedge asks another one",
                "min-connections = 0 | write off",
                "min-connections = 5, max-connections = 4 | more than max-connections",
                "min-connections = 5, max-idle = off | max-idle = off closes every connection after use",
                "min-connections = 5, proxy-protocol = v2 | a PROXY header names one client",
                "max-requests = 0 | write off"
            })
    void refuses(String written, String part) {
        assertThat(folder.problemsOf("upstreams.app { " + written + " }"))
                .anySatisfy(problem -> assertThat(problem).contains(part));
    }

    @Test
    void defaultsHoldForEndpointsThatAreBlocks() {
        UpstreamConfig config = folder.config(ConfigFolder.GOOD
                        + "upstreams.app.endpoints = [{ address = \"a:1\" }, \"b:1\"]\ndefaults.endpoint.weight = 5")
                .upstreams()
                .values()
                .iterator()
                .next();
        assertThat(config.endpoints()).extracting(EndpointConfig::weight).containsExactly(5, 1);
    }

    @Test
    void anAdaptiveLimitIsOffUnlessItsBlockIsWritten() {
        assertThat(upstream("endpoints = [\"a:1\"]").adaptive()).isNull();
        assertThat(upstream("endpoints = [\"a:1\"], adaptive-limit = off").adaptive())
                .isNull();
        assertThat(upstream("endpoints = [\"a:1\"], adaptive-limit {}").adaptive())
                .isEqualTo(new AdaptiveConfig(10, 50, 1000, 150, Duration.ofMillis(100), Duration.ofMinutes(1)));
    }

    @Test
    void theNumbersOfAnAdaptiveLimitStandInOrder() {
        assertThat(folder.problemsOf(GOOD_WITH.formatted("min = 20, max = 10, initial = 20")))
                .singleElement()
                .asString()
                .contains("adaptive-limit.max");
        assertThat(folder.problemsOf(GOOD_WITH.formatted("min = 20, initial = 10")))
                .singleElement()
                .asString()
                .contains("adaptive-limit.initial");
    }
}
