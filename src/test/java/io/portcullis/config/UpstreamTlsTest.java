package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS toward endpoints, as it is written. */
class UpstreamTlsTest {
    private static final String USED =
            """
            listeners.plain { bind = "127.0.0.1:8080" }
            routes = [ { upstream = a } ]
            """;

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp).certificate("c").file("ca.pem", "");
    }

    private UpstreamConfig upstream(String more) {
        String text = USED + "upstreams.a { endpoints = [\"a.internal:443\"]\n" + more + " }";
        return Objects.requireNonNull(folder.config(text).upstreams().get("a"));
    }

    private List<String> problems(String more) {
        return folder.problems(USED + "upstreams.a { " + more + " }");
    }

    @Test
    void thereIsNoneUnlessItIsWritten() {
        assertThat(upstream("").tls()).isNull();
        assertThat(upstream("tls = off").tls()).isNull();
    }

    @Test
    void anEmptyBlockVerifiesByTheRuntimesAuthorities() {
        UpstreamTls tls = Objects.requireNonNull(upstream("tls {}").tls());
        assertThat(tls.verify()).isTrue();
        assertThat(tls.ca()).isNull();
        assertThat(tls.identity()).isNull();
        assertThat(tls.policy().name()).isEqualTo("intermediate");
    }

    @Test
    void theLowestVersionMayBe13() {
        UpstreamTls tls =
                Objects.requireNonNull(upstream("tls { min = \"1.3\" }").tls());
        assertThat(tls.policy().name()).isEqualTo("modern");
    }

    @Test
    void everyFileIsWatched() {
        UpstreamTls tls = Objects.requireNonNull(
                upstream("tls { ca = ca.pem, chain = c.pem, key = c.key }").tls());
        assertThat(tls.files())
                .extracting(file -> file.getFileName().toString())
                .containsExactly("ca.pem", "c.pem", "c.key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls { chain = c.pem }|key is missing",
                "tls { key = c.key }|chain is missing",
                "tls { verify = off, ca = ca.pem }|nothing is verified, so ca and name are of no use",
                "tls { sni = \"10.0.0.1\" }|an address cannot be asked for by SNI",
                "tls { name = \"*.internal\" }|expected one host name",
                "tls { min = \"1.1\" }|which is retired",
                "protocol = h2|h2 is HTTP/2 over TLS, and there is no tls block",
                "protocol = h2c, tls {}|h2c is HTTP/2 without TLS, and there is a tls block",
            })
    void mistakesAreNamed(String more, String said) {
        assertThat(problems("endpoints = [\"a.internal:443\"], " + more)).anyMatch(problem -> problem.contains(said));
    }

    @Test
    void aUnixSocketNeedsTheNameToVerify() {
        assertThat(problems("endpoints = [\"unix:/run/a.sock\"], tls {}"))
                .anyMatch(problem -> problem.contains("a Unix socket has no name"));
        assertThat(problems("endpoints = [\"unix:/run/a.sock\"], tls { name = a.internal }"))
                .isEmpty();
    }

    @Test
    void noVerificationStandsBeforeEveryOtherRisk() {
        List<Problem> problems = folder.load(
                        USED + "upstreams.a { endpoints = [\"a.internal:443\"], tls { verify = off } }\n"
                                + "admin.bind = \"0.0.0.0:9901\"\n")
                .problems();
        assertThat(problems).hasSizeGreaterThan(1);
        assertThat(problems.stream().filter(problem -> problem.risk() == 5).findFirst())
                .hasValueSatisfying(first -> assertThat(first.key()).isEqualTo("upstreams.a.tls.verify"));
    }
}
