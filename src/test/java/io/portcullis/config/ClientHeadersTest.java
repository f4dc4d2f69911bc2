package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.TlsConfig.ClientCertificates.Headers;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientHeadersTest {
    private static final String USED =
            """
            listeners { a { bind = "127.0.0.1:8443", tls = t } }
            upstreams.app { endpoints = ["10.0.0.5:8080"] }
            routes = [ { upstream = app } ]
            tls.t.certificates = [ { chain = c.pem, key = c.key } ]
            tls.t.client-certificates { ca = ca.pem, headers { WRITTEN } }
            """;

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp).certificate("c").file("ca.pem", "");
    }

    private List<String> problems(String written) {
        return folder.problems(USED.replace("WRITTEN", written));
    }

    @Test
    void nothingIsToldByOwnNamesUnlessItIsWritten() {
        PortcullisConfig config = folder.config(USED.replace("WRITTEN", ""));
        assertThat(config.claimedFields()).isEmpty();
        TlsConfig.ClientCertificates clients = Objects.requireNonNull(
                Objects.requireNonNull(config.tls().get("t")).terms().clients());
        assertThat(clients.headers()).isEqualTo(Headers.NONE);
    }

    @Test
    void eachFactHasTheNameThatIsWritten() {
        assertThat(folder.config(
                                USED.replace(
                                        "WRITTEN",
                                        "subject = X-SSL-Client-S-DN, issuer = X-I, serial = X-S, fingerprint = X-F, verified = X-V, pem = X-P"))
                        .claimedFields())
                .containsExactly("X-SSL-Client-S-DN", "X-I", "X-S", "X-F", "X-V", "X-P");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Transfer-Encoding",
                "X-Forwarded-For",
                "X-Real-IP",
                "Cookie",
                "Authorization",
                "Proxy-Authorization",
                "Client-Cert",
                "Sec-WebSocket-Key",
                "If-Match",
                "Via"
            })
    void aNameWithAMeaningOfItsOwnIsRefused(String name) {
        assertThat(problems("subject = \"" + name + "\""))
                .singleElement()
                .asString()
                .contains("headers.subject: " + name + " has a meaning of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X_Under", "X Space", "X:Colon", "1X", "X-\u00e4", ""})
    void whatIsNoNameIsRefused(String name) {
        assertThat(problems("issuer = \"" + name + "\""))
                .singleElement()
                .asString()
                .contains("expected the name");
    }

    @Test
    void twoFactsByOneNameAreRefused() {
        assertThat(problems("subject = X-Client, serial = x-client"))
                .singleElement()
                .asString()
                .contains("x-client tells another fact already");
    }
}
