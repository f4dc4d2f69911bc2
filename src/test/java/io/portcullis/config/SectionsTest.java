package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SectionsTest {
    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://10.0.0.5:80 | write host:port, without a scheme",
                "https://10.0.0.5 | write host:port, and tls {} in the upstream's block",
                "10.0.0.5 | write \"10.0.0.5:8080\", \"[::1]:8080\", \"name:8080\" or \"unix:/path\"",
                "10.0.0.5:0 | the port is a number from 1 to 65535",
                "*:80 | name one backend: * is for listening only"
            })
    void endpointRefuses(String written, String remedy) {
        assertThat(folder.problemsOf("upstreams.app.endpoints = [\"" + written + "\"]"))
                .contains("x.conf:4: upstreams.app.endpoints[0]: expected a backend's address, found \"" + written
                        + "\"; " + remedy);
    }

    @Test
    void endpointTakesAUnixSocket() {
        PortcullisConfig config =
                folder.config(ConfigFolder.GOOD + "upstreams.app.endpoints = [\"unix:/run/app.sock\"]");
        assertThat(config.upstreams().values()).singleElement().satisfies(u -> assertThat(u.endpoints())
                .containsExactly(
                        EndpointConfig.of(new UpstreamConfig.EndpointAddress("", 0, Path.of("/run/app.sock")))));
    }

    @Test
    void endpointsAreRequired() {
        assertThat(folder.problems(ConfigFolder.GOOD.replace("endpoints = [\"10.0.0.5:8080\"]", "")))
                .containsExactly(
                        "x.conf:2: upstreams.app.endpoints: missing: expected at least one backend; write endpoints"
                                + " = [\"10.0.0.5:8080\"]");
    }

    @Test
    void endpointNamedTwiceIsAnError() {
        assertThat(folder.problems(ConfigFolder.GOOD.replace("8080\"]", "8080\", \"10.0.0.5:8080\"]")))
                .containsExactly("x.conf:2: upstreams.app.endpoints: a backend is named twice; name each once");
    }

    @Test
    void offMeansNoIdleConnections() {
        PortcullisConfig config =
                folder.config(ConfigFolder.GOOD + "upstreams.app { max-idle = off, max-waiting = off }");
        assertThat(config.upstreams().values()).singleElement().satisfies(u -> assertThat(u.maxIdle() + u.maxWaiting())
                .isZero());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.0/33 | the length of the prefix goes from 0 to 32",
                "proxy.example | write addresses, not names",
                "10.0.0/8 | write addresses, not names",
                "unix:/run/in.sock | write addresses, not names"
            })
    void trustedProxyRefuses(String written, String remedy) {
        assertThat(folder.problemsOf("forwarding.trusted-proxies = [\"" + written + "\"]"))
                .containsExactly("x.conf:4: forwarding.trusted-proxies[0]: expected an IP address or a range such as"
                        + " 10.0.0.0/8, found \"" + written + "\"; " + remedy);
    }

    @Test
    void rangeWithBitsBeyondItsPrefixGetsASuggestion() {
        assertThat(folder.problemsOf("forwarding.trusted-proxies = [\"10.1.2.3/8\"]"))
                .containsExactly(
                        "x.conf:4: forwarding.trusted-proxies[0]: the range \"10.1.2.3/8\" has bits set beyond its"
                                + " prefix; did you mean \"10.0.0.0/8\"?");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8", "10.1.2.3/32", "unix"})
    void trustedProxyTakes(String written) {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "forwarding.trusted-proxies = \"" + written + "\"");
        assertThat(config.forwarding().trustedProxies()).containsExactly(written);
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0/0", "::/0"})
    void trustInEverybodyIsTheHighestRisk(String range) {
        assertThat(folder.load(ConfigFolder.GOOD + "forwarding.trusted-proxies = [\n\"10.0.0.0/8\"\n\"" + range + "\"]")
                        .problems())
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.risk()).isEqualTo(5);
                    assertThat(p.where().line()).isEqualTo(6);
                    assertThat(p.key()).isEqualTo("forwarding.trusted-proxies[1]");
                    assertThat(p.remedy()).isEqualTo("name only the proxies in front of this one");
                });
    }

    @Test
    void viaIsAToken() {
        assertThat(folder.problemsOf("forwarding.via = \"my proxy\""))
                .singleElement()
                .asString()
                .startsWith(
                        "x.conf:4: forwarding.via: expected a token (RFC 9110 §5.6.2), found \"my proxy\"; write letters");
    }

    @Test
    void accessLogGoesBesideTheFile() {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "access-log.to = access.log");
        assertThat(config.accessLog().file()).isEqualTo(folder.path("access.log"));
    }

    @Test
    void accessLogNeedsItsFolder() {
        assertThat(folder.problemsOf("access-log.to = none/access.log"))
                .containsExactly("x.conf:4: access-log.to: no such folder: none; make the folder, or correct the path");
    }

    @Test
    void accessLogIsNoFolder() {
        folder.file("logs/x", "");
        assertThat(folder.problemsOf("access-log.to = logs"))
                .containsExactly("x.conf:4: access-log.to: logs is a folder, not a file; name a file in it");
    }

    @Test
    void defaultsAreThoseOfTheManual() {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD);
        assertThat(config.limits()).isEqualTo(new Limits(8190, 32768, 100, Limits.UNLIMITED, 128, 16384, 0, 1024));
        assertThat(config.runtime()).isEqualTo(new RuntimeConfig(RuntimeConfig.Transport.AUTO, 0));
        assertThat(config.demo().bind()).isNull();
        assertThat(config.admin().bind()).hasToString("127.0.0.1:9901");
    }

    @Test
    void fileBelowAFileIsAnError() {
        folder.file("c", "");
        assertThat(folder.problemsOf("include \"c/d.conf\""))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: include \"c/d.conf\": c is a file, not a folder");
    }
}
