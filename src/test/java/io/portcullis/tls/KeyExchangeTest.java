package io.portcullis.tls;

import static io.portcullis.tls.TlsLab.INTERMEDIATE;
import static io.portcullis.tls.TlsLab.MODERN;
import static io.portcullis.tls.TlsLab.block;
import static io.portcullis.tls.TlsLab.certificate;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.TlsConfig;
import io.portcullis.testkit.TestCertificates;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which group is agreed on, with a client that knows the hybrid one. */
final class KeyExchangeTest {
    private final TlsLab lab = new TlsLab();

    @TempDir
    Path dir;

    @AfterEach
    void release() {
        lab.close();
    }

    @Test
    void s12TheHybridGroupIsFirstWhateverTheClientPrefers() throws SSLException {
        assertThat(group(INTERMEDIATE, "X25519MLKEM768", "X25519")).isEqualTo("X25519MLKEM768");
        assertThat(group(INTERMEDIATE, "X25519", "X25519MLKEM768")).isEqualTo("X25519MLKEM768");
        assertThat(group(MODERN, "P-256", "X25519MLKEM768")).isEqualTo("X25519MLKEM768");
    }

    @ParameterizedTest
    @CsvSource({"X25519,X25519", "P-256,P-256", "P-384,P-384"})
    void s12ClientsWithoutItGetAGroupTheyHave(String offered, String agreed) throws SSLException {
        assertThat(group(INTERMEDIATE, offered)).isEqualTo(agreed);
    }

    @Test
    void theOrderOfAPolicyOfOnesOwnWins() throws SSLException {
        TlsConfig.Policy own = new TlsConfig.Policy(
                "custom", "1.2", "1.3", INTERMEDIATE.ciphers12(), List.of("P-384", "MLKEM1024", "X25519"));
        assertThat(group(own, "X25519", "P-384")).isEqualTo("P-384");
        assertThat(group(own, "X25519", "MLKEM1024")).isEqualTo("MLKEM1024");
    }

    private String group(TlsConfig.Policy policy, String... offered) throws SSLException {
        TlsConfig.Certificate site =
                certificate(TestCertificates.in(dir).leaf("a.example").write("a"));
        CertificateIndex index = lab.build(block("public", policy, site), TlsLab.tickets());
        TlsConfig.Policy client = new TlsConfig.Policy("custom", "1.3", "1.3", List.of(), List.of(offered));
        try (SelfTest shaking = new SelfTest(new TlsPolicy(client))) {
            return String.valueOf(shaking.run(Objects.requireNonNull(index.match("a.example")))
                    .group());
        }
    }
}
