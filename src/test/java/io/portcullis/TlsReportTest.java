package io.portcullis;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.ConfigLoader;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.tls.HstsRamps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsReportTest {
    @TempDir
    Path dir;

    @Test
    void tellsWhatEachNameOffersAndWhatAScanFinds() throws Exception {
        String told = told(
                """
                tls.site {
                  certificates = [ { chain = "site.pem", key = "site.key" } ]
                  hosts = [ { names = ["admin.example.com"], policy = modern, client-certificates { ca = "ca.pem" } } ]
                }
                """);
        assertThat(told)
                .contains("site, every name: intermediate")
                .containsPattern("versions +TLS 1.2, TLS 1.3\n")
                .contains("ECDHE-ECDSA-AES128-GCM-SHA256")
                .contains("X25519MLKEM768 X25519 P-256 P-384")
                .contains("site, admin.example.com: modern")
                .containsPattern("versions +TLS 1.3\n")
                .containsPattern("clients +must show a certificate of .*ca.pem, revocation is not looked at")
                .containsPattern("tickets +a new key every 720 min, known to this process alone")
                .contains("no version below TLS 1.2")
                .contains("NO HSTS");
    }

    @Test
    void tellsOfWhatAPolicyOfOnesOwnLacks() throws Exception {
        assertThat(
                        told(
                                """
                        tls.site {
                          certificates = [ { chain = "site.pem", key = "site.key" } ]
                          policy { custom { min = "1.3", groups = [X25519] } }
                          hsts {}
                        }
                        """))
                .contains("TLS 1.3 alone")
                .contains("NO post-quantum key exchange")
                .contains("; HSTS;");
    }

    private String told(String tls) throws IOException {
        TestCertificates.in(dir).leaf("example.com", "*.example.com").write("site");
        Path file = Files.writeString(
                dir.resolve("x.conf"),
                tls + "listeners.https { bind = \"127.0.0.1:0\", tls = site }\nroutes = [ { respond {} } ]\n");
        StringBuilder text = new StringBuilder();
        TlsReport.blocks(
                text, Objects.requireNonNull(ConfigLoader.load(file).config()), new HstsRamps(InstantSource.system()));
        return text.toString();
    }
}
