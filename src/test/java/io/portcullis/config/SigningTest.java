package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.TlsConfig.Certificate;
import io.portcullis.config.TlsConfig.Signer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SigningTest {
    private static final String ASKS =
            """
            listeners { a { bind = "127.0.0.1:8443", tls = t } }
            tls.t.certificates = [ { chain = c.pem, signer = keys } ]
            upstreams.keys { endpoints = ["10.0.0.9:8444"], tls { ca = ca.pem, chain = c.pem, key = c.key } }
            routes = [ { respond {} } ]
            """;
    private static final String SIGNS =
            """
            listeners.s { bind = "127.0.0.1:8444", tls = t, signing { clients = ["edge"], keys = [ { chain = c.pem, key = c.key } ] } }
            tls.t { certificates = [ { chain = c.pem, key = c.key } ], client-certificates { ca = ca.pem } }
            """;
    private static final String DIGEST = "ab".repeat(32);

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp).certificate("c").file("ca.pem", "");
    }

    @Test
    void aCertificateNamesItsSignerInPlaceOfAKey() {
        Certificate read = Objects.requireNonNull(folder.config(ASKS).tls().get("t"))
                .certificates()
                .getFirst();
        assertThat(read.key()).isNull();
        assertThat(read.signer()).isEqualTo(new Signer("keys", Duration.ofSeconds(3)));
        assertThat(folder.problems(ASKS)).isEmpty();
    }

    @Test
    void aKeyAndASignerAreOneTooMany() {
        assertThat(folder.problems(ASKS.replace("signer = keys", "signer = keys, key = c.key")))
                .singleElement()
                .asString()
                .contains("certificates[0].signer: the key is here, so nobody else has to sign");
    }

    @Test
    void aSignerIsAnUpstreamThatIsThere() {
        assertThat(folder.problems(ASKS.replace("signer = keys", "signer = kees")))
                .anySatisfy(problem -> assertThat(problem).contains("there is no upstream named \"kees\""));
    }

    @Test
    void aSignerIsAskedWithACertificateOfOurs() {
        assertThat(folder.problems(ASKS.replace(", chain = c.pem, key = c.key } }", " } }")))
                .singleElement()
                .asString()
                .contains("a signer is asked by TLS with a certificate of our own");
    }

    /** Else whoever reaches that route has signed what he likes in our name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ upstream = keys }",
                "{ split = [ { upstream = app }, { upstream = keys, weight = 0 } ] }",
                "{ upstream = app, mirror { upstream = keys } }"
            })
    void noRequestOfAClientReachesASigner(String route) {
        assertThat(folder.problems(ASKS.replace("{ respond {} }", "{ respond {} }, { host = b.example } " + route)
                        + "upstreams.app.endpoints = [\"10.0.0.5:80\"]\n"))
                .anySatisfy(problem -> assertThat(problem)
                        .contains("keys signs for us: whom the route lets through could have anything signed"));
    }

    @Test
    void whatSignsHasDefaults() {
        SigningConfig read = Objects.requireNonNull(
                folder.config(SIGNS).listeners().getFirst().signing());
        assertThat(read.clients()).containsExactly("edge");
        assertThat(read.algorithms()).hasSize(7).noneMatch(each -> each.startsWith("rsa_pkcs1"));
        assertThat(read.maxInFlight()).isEqualTo(256);
        assertThat(folder.problems(SIGNS)).isEmpty();
    }

    @Test
    void aDigestIsReadInTheFormThatOpensslPrints() {
        String printed = "SHA256:" + "AB:".repeat(31) + "AB";
        assertThat(Objects.requireNonNull(folder.config(SIGNS.replace("\"edge\"", "\"" + printed + "\""))
                                .listeners()
                                .getFirst()
                                .signing())
                        .clients())
                .isEqualTo(List.of("sha256:" + DIGEST));
        assertThat(folder.problems(SIGNS.replace("\"edge\"", "\"sha256:ab\"")))
                .singleElement()
                .asString()
                .contains("expected sha256: and 64 hex digits");
    }

    @Test
    void whatSignsWantsClientCertificatesOfEverybody() {
        for (String open :
                List.of("client-certificates = off", "client-certificates { ca = ca.pem, mode = optional }")) {
            assertThat(folder.problems(SIGNS.replace("client-certificates { ca = ca.pem }", open)))
                    .singleElement()
                    .asString()
                    .contains("whoever asks for signatures must show a certificate");
        }
    }

    @Test
    void whatSignsStandsAlone() {
        assertThat(folder.problems(SIGNS + "listeners.b.bind = \"127.0.0.1:80\"\nroutes = [ { respond {} } ]\n"))
                .singleElement()
                .asString()
                .contains("what faces clients must not hold the keys");
    }

    @Test
    void whatSignsHoldsItsKeysItself() {
        assertThat(folder.problems(SIGNS.replace("keys = [ { chain = c.pem, key = c.key } ]", "keys = []")))
                .singleElement()
                .asString()
                .contains("there is no key to sign with");
    }
}
