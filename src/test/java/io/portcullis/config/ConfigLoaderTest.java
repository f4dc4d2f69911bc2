package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
                .isEqualTo(new TlsConfig.Hsts(Duration.ofDays(365), false, false));
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
    void environmentGivesAValue() {
        PortcullisConfig config =
                folder.environment("DRAIN", "7 s").config(ConfigFolder.GOOD + "drain.timeout = ${DRAIN}\n");
        assertThat(config.process().drainTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void environmentThatIsMissingKeepsTheOtherValue() {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "drain.timeout = 9 s\ndrain.timeout = ${?DRAIN}\n");
        assertThat(config.process().drainTimeout()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void wrongValueFromTheEnvironmentHasTheLineOfItsSubstitution() {
        folder.environment("DRAIN", "7");
        assertThat(folder.problemsOf("drain.timeout = ${DRAIN}\n"))
                .singleElement()
                .asString()
                .startsWith(
                        "x.conf:4: drain.timeout: expected a duration from 1 ms to 1 h, found \"7\" without a unit");
    }

    @Test
    void everySubstitutionWithoutAValueIsNamed() {
        assertThat(folder.problemsOf("drain.timeout = ${DRAIN}\nlog.level = ${LEVEL}\n"))
                .containsExactly(
                        "x.conf:4: drain.timeout: ${DRAIN} has no value; set the environment variable DRAIN, or write"
                                + " ${?DRAIN} where it may be missing",
                        "x.conf:5: log.level: ${LEVEL} has no value; set the environment variable LEVEL, or write"
                                + " ${?LEVEL} where it may be missing");
    }

    @Test
    void blockThatWaitsForASubstitutionIsNamed() {
        assertThat(folder.problemsOf("drain = ${DRAIN} { timeout = 1 s }"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: drain: ${DRAIN} has no value");
    }

    @Test
    void substitutionFromTheSameFile() {
        PortcullisConfig config = folder.config(
                ConfigFolder.GOOD + "timeouts.keep-alive = 7 s\ntimeouts.request-head = ${timeouts.keep-alive}\n");
        assertThat(config.timeouts().requestHead()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void includedFileHasItsOwnLines() {
        folder.file("sub/more.conf", "\n\ndrain { tmeout = 1 s }\n");
        assertThat(folder.problemsOf("include \"sub/more.conf\""))
                .containsExactly("sub/more.conf:3: drain.tmeout: unknown key; did you mean \"timeout\"?");
    }

    @Test
    void includeMayLeaveOutTheExtension() {
        folder.file("more.conf", "drain.timeout = 3 s");
        assertThat(folder.config(ConfigFolder.GOOD + "include \"more\"")
                        .process()
                        .drainTimeout())
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void includeGoesOnFromTheFolderOfTheIncludedFile() {
        folder.file("sub/a.conf", "include \"b.conf\"").file("sub/b.conf", "drain.timeout = 3 s");
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "include file(\"sub/a.conf\")");
        assertThat(config.files())
                .containsExactly(folder.path("x.conf"), folder.path("sub/a.conf"), folder.path("sub/b.conf"));
    }

    @Test
    void missingIncludeIsAProblemOnItsLine() {
        assertThat(folder.problemsOf("\ninclude \"none.conf\"\n"))
                .singleElement()
                .asString()
                .startsWith("x.conf:5: include \"none.conf\": no such file: none.conf; the path counts from");
    }

    @Test
    void missingRequiredIncludeIsTheSame() {
        assertThat(folder.problemsOf("include required(file(\"none.conf\"))\n"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: include \"none.conf\": no such file: none.conf");
    }

    @Test
    void includeOfAUrlIsRefused() {
        assertThat(folder.problemsOf("include url(\"http://127.0.0.1:1/x.conf\")\n"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: include \"http://127.0.0.1:1/x.conf\": only files can be included");
    }

    @Test
    void includeInACircleIsAProblem() {
        folder.file("a.conf", "\ninclude \"x.conf\"");
        assertThat(folder.problemsOf("include \"a.conf\""))
                .singleElement()
                .asString()
                .startsWith("a.conf:2: include \"x.conf\": this file includes itself");
    }

    @Test
    void relativePathCountsFromTheFileItIsWrittenIn() {
        folder.certificate("sub/example")
                .file("sub/tls.conf", "tls.public.certificates = [ { chain = example.pem, key = example.key } ]");
        PortcullisConfig config = folder.config(
                """
                include "sub/tls.conf"
                listeners.https { bind = "*:443", tls = public }
                routes = [ { respond {} } ]
                """);
        assertThat(Objects.requireNonNull(config.tls().get("public")).certificates())
                .extracting(TlsConfig.Certificate::chain)
                .isEqualTo(List.of(folder.path("sub/example.pem")));
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
