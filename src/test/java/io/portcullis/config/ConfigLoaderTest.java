package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private static final String EXAMPLE =
            """
            listeners {
              https { bind = ["*:443", "*:8443"], tls = public }                      # "*" = IPv4 and IPv6
              http  { bind = ["*:80"], redirect-to-https { port = 443, status = 308 } }
            }
            tls.public {
              policy = intermediate                       # modern (1.3 only) | intermediate
              certificates = [ { chain = "example.pem", key = "example.key" } ]      # names come from the certificate
              hsts { max-age = 365 days, include-subdomains = false, preload = false }
            }
            upstreams.app { endpoints = ["10.0.0.5:8080", "10.0.0.6:8080"] }
            upstreams.api { endpoints = ["10.0.0.7:8080"] }
            routes = [
              { host = "example.com", path = "/old/", redirect { to = "/new/", status = 308 } }
              { host = "*.example.com", path = "/api/", upstream = api }
              { path = "/health", respond { status = 200, body = "ok" } }
              { upstream = app }
            ]
            admin { bind = "127.0.0.1:9901" }
            access-log { format = json, to = stdout }     # json | combined | off
            """;

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp);
    }

    @Test
    void exampleHasNoProblem() {
        assertThat(folder.certificate("example").problems(EXAMPLE)).isEmpty();
    }

    @Test
    void exampleListenersInOrderOfTheirNames() {
        PortcullisConfig config = folder.certificate("example").config(EXAMPLE);
        assertThat(config.listeners()).extracting(ListenerConfig::name).containsExactly("http", "https");
        assertThat(config.listeners().getLast().bind()).hasToString("[*:443, *:8443]");
        assertThat(config.listeners().getFirst().redirect()).isEqualTo(new ListenerConfig.RedirectToHttps(443, 308));
    }

    @Test
    void exampleRoutesInTheOrderWritten() {
        PortcullisConfig config = folder.certificate("example").config(EXAMPLE);
        assertThat(config.routes())
                .extracting(RouteConfig::name)
                .containsExactly("example.com/old/", "*.example.com/api/", "/health", "/");
        assertThat(config.routes().get(2).action())
                .isEqualTo(new RouteConfig.Respond(200, "ok", "text/plain; charset=utf-8"));
    }

    @Test
    void exampleHstsIsOneYear() {
        TlsConfig tls = folder.certificate("example").config(EXAMPLE).tls().get("public");
        assertThat(Objects.requireNonNull(tls).hsts())
                .isEqualTo(new HstsConfig(
                        HstsConfig.Mode.FIXED, Duration.ofDays(365), false, false, new HstsConfig.Ramp(null, 1, 20)));
    }

    @Test
    void missingFileIsAProblem() {
        Loading loading = ConfigLoader.load(temp.resolve("none.conf"));
        assertThat(loading.config()).isNull();
        assertThat(loading.problems()).singleElement().satisfies(p -> {
            assertThat(p.message()).isEqualTo("no such file: " + temp.resolve("none.conf"));
            assertThat(p.remedy()).contains("--config FILE");
        });
    }

    @Test
    void folderInPlaceOfTheFileIsAProblem() {
        assertThat(ConfigLoader.load(temp).problems())
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo(temp + " is a folder, not a file");
    }

    @Test
    void syntaxErrorHasItsLine() {
        assertThat(folder.problems("listeners {\n  http { bind = *:80 }\n}\n"))
                .singleElement()
                .asString()
                .startsWith("x.conf:2: Expecting a value but got wrong token: '*'")
                .endsWith("put texts with special characters in double quotes and close every brace and bracket");
    }

    @Test
    void textThatIsNotUtf8IsAProblem() throws java.io.IOException {
        java.nio.file.Files.write(temp.resolve("x.conf"), new byte[] {'#', (byte) 0xff, '\n'});
        assertThat(ConfigLoader.load(temp.resolve("x.conf")).problems())
                .extracting(Problem::message)
                .contains("not a text in UTF-8");
    }

    @Test
    void allProblemsAtOnceInOrderOfTheirLines() {
        assertThat(folder.load(
                                """
                        listeners { http { bind = "127.0.0.1:80", tls = no-such } }
                        upstreams.app { endpoint = ["10.0.0.5:8080"] }
                        routes = [ { upstream = ap } ]
                        timeouts { keep-alive = 5 }
                        """)
                        .problems())
                .extracting(p -> p.where().line())
                .containsExactly(1, 2, 2, 2, 3, 4);
    }

    @Test
    void problemsOfOneErrorLeaveNoConfig() {
        assertThat(folder.load(ConfigFolder.GOOD + "limts {}\n").config()).isNull();
    }

    @Test
    void warningsLeaveTheConfig() {
        Loading loading = folder.load(ConfigFolder.GOOD + "admin.bind = \"0.0.0.0:9901\"\n");
        assertThat(loading.config()).isNotNull();
        assertThat(loading.problems()).singleElement().extracting(Problem::risk).isEqualTo(5);
    }

    @Test
    void unknownKeyAtTheRootGetsASuggestion() {
        assertThat(folder.problemsOf("limts { header-count = 10 }"))
                .containsExactly("x.conf:4: limts: unknown key; did you mean \"limits\"?");
    }

    @Test
    void unknownKeyThatResemblesNothingGetsTheList() {
        assertThat(folder.problemsOf("drain { patience = 10 s }"))
                .containsExactly("x.conf:4: drain.patience: unknown key; known here: timeout");
    }

    @Test
    void unknownKeyWithSpecialCharactersIsQuoted() {
        assertThat(folder.problemsOf("drain { \"time out\" = 10 s }"))
                .containsExactly("x.conf:4: drain.\"time out\": unknown key; did you mean \"timeout\"?");
    }

    @Test
    void blockWhereAValueIsExpected() {
        assertThat(folder.problemsOf("drain { timeout { s = 10 } }"))
                .containsExactly("x.conf:4: drain.timeout: expected one value, found a block { … }; write one value");
    }

    @Test
    void valueWhereABlockIsExpected() {
        assertThat(folder.problemsOf("drain = 10 s"))
                .containsExactly("x.conf:4: drain: expected a block { … }; write a block { … }");
    }

    @Test
    void nullIsNotAValue() {
        assertThat(folder.problemsOf("drain.timeout = null"))
                .containsExactly(
                        "x.conf:4: drain.timeout: expected a value, found null; remove the line to get the default");
    }

    @Test
    void keyWrittenTwiceIsAWarning() {
        assertThat(folder.problemsOf("drain.timeout = 1 s\ndrain { timeout = 2 s }\n"))
                .containsExactly("x.conf:5: drain.timeout: written twice in this file: the value of line 4 is not used;"
                        + " remove one of the two");
    }

    @Test
    void defaultsHoldForAllBlocksOfAKind() {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "defaults.upstream.connect-timeout = 1 s\n");
        assertThat(Objects.requireNonNull(config.upstreams().get("app")).connectTimeout())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void blockBeatsDefaults() {
        PortcullisConfig config = folder.config(
                ConfigFolder.GOOD + "defaults.upstream.connect-timeout = 1 s\nupstreams.app.connect-timeout = 2 s\n");
        assertThat(Objects.requireNonNull(config.upstreams().get("app")).connectTimeout())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void mistakeInDefaultsIsToldOnce() {
        assertThat(folder.problemsOf("defaults.upstream.connect-timeout = 1\n")).hasSize(1);
    }

    @Test
    void mistakeInDefaultsNobodyUsesIsTold() {
        assertThat(folder.problemsOf("defaults.tls { polcy = modern }\n"))
                .containsExactly("x.conf:4: defaults.tls.polcy: unknown key; did you mean \"policy\"?");
    }

    @Test
    void unknownKindInDefaultsIsTold() {
        assertThat(folder.problemsOf("defaults.upstreams {}\n"))
                .containsExactly("x.conf:4: defaults.upstreams: unknown key; did you mean \"upstream\"?");
    }
}
