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

class TlsPolicyTest {
    /** Three lines; what is added begins on line 4. */
    private static final String USED =
            """
            listeners.https { bind = "127.0.0.1:8443", tls = t }
            routes = [ { respond {} } ]
            tls.t.certificates = [ { chain = c.pem, key = c.key } ]
            """;

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp).certificate("c");
    }

    private TlsConfig tls(String more) {
        return Objects.requireNonNull(folder.config(USED + more).tls().get("t"));
    }

    private List<String> problems(String more) {
        return folder.problems(USED + more);
    }

    private List<String> custom(String keys) {
        return problems("tls.t.policy { custom { " + keys + " } }");
    }

    @Test
    void intermediateIsTheDefault() {
        TlsConfig.Policy policy = tls("").policy();
        assertThat(policy.name()).isEqualTo("intermediate");
        assertThat(policy.ciphers12()).hasSize(6).allMatch(c -> c.startsWith("ECDHE-"));
        assertThat(policy.groups()).containsExactly("X25519MLKEM768", "X25519", "P-256", "P-384");
    }

    @Test
    void modernIsTls13Only() {
        TlsConfig.Policy policy = tls("tls.t.policy = modern").policy();
        assertThat(policy.min()).isEqualTo("1.3");
        assertThat(policy.ciphers12()).isEmpty();
    }

    @Test
    void policyThatDoesNotExistIsRefused() {
        assertThat(problems("tls.t.policy = modem"))
                .containsExactly(
                        "x.conf:4: tls.t.policy: expected one of intermediate, modern, found \"modem\"; did you mean"
                                + " \"modern\"?");
    }

    @Test
    void customAloneSaysNothing() {
        assertThat(problems("tls.t.policy = custom"))
                .containsExactly(
                        "x.conf:4: tls.t.policy: custom alone says nothing; write policy { custom { min = 1.2, max ="
                                + " 1.3, ciphers-1-2 = […], groups = […] } }");
    }

    @Test
    void customChoosesVersionsSuitesAndGroups() {
        TlsConfig.Policy policy = tls("tls.t.policy { custom { min = 1.2, max = 1.2"
                        + ", ciphers-1-2 = [TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, ecdhe-rsa-aes128-gcm-sha256]"
                        + ", groups = [SecP256r1, mlkem1024, P-521] } }")
                .policy();
        assertThat(policy)
                .isEqualTo(new TlsConfig.Policy(
                        "custom",
                        "1.2",
                        "1.2",
                        List.of("ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES128-GCM-SHA256"),
                        List.of("P-256", "MLKEM1024", "P-521")));
    }

    @ParameterizedTest
    @CsvSource({
        "secp256r1,P-256",
        "prime256v1,P-256",
        "x25519,X25519",
        "secp384r1,P-384",
        "SECP521R1,P-521",
        "x25519mlkem768,X25519MLKEM768"
    })
    void groupsHaveOtherNames(String written, String read) {
        assertThat(tls("tls.t.policy.custom.groups = [" + written + "]")
                        .policy()
                        .groups())
                .containsExactly(read);
    }

    @ParameterizedTest
    @CsvSource({"x448", "ffdhe2048", "SecP256r1MLKEM768"})
    void groupsBoringSslDoesNotHaveAreRefused(String group) {
        assertThat(custom("groups = [X25519, " + group + "]"))
                .containsExactly("x.conf:4: tls.t.policy.custom.groups[1]: the group \"" + group
                        + "\" cannot be offered: BoringSSL does not have it; choose from MLKEM1024, P-256, P-384, P-521,"
                        + " X25519, X25519MLKEM768");
    }

    @Test
    void misspeltGroupGetsASuggestion() {
        assertThat(custom("groups = [X25591]"))
                .containsExactly(
                        "x.conf:4: tls.t.policy.custom.groups[0]: expected a key-exchange group, found \"X25591\";"
                                + " did you mean \"X25519\"?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TLS_AES_128_GCM_SHA256 | it is of TLS 1.3, whose suites BoringSSL does not let anyone choose",
                "TLS_CHACHA20_POLY1305_SHA256 | it is of TLS 1.3, whose suites BoringSSL does not let anyone choose",
                "AES128-GCM-SHA256 | it exchanges keys by RSA, without forward secrecy",
                "TLS_RSA_WITH_AES_128_GCM_SHA256 | it exchanges keys by RSA, without forward secrecy",
                "DHE-RSA-AES256-GCM-SHA384 | BoringSSL has no finite-field Diffie-Hellman (DHE)",
                "ECDHE-RSA-AES128-SHA256 | it uses CBC, not an AEAD cipher",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA | it uses CBC, not an AEAD cipher",
                "DES-CBC3-SHA | its cipher is broken",
                "TLS_RSA_WITH_3DES_EDE_CBC_SHA | its cipher is broken",
                "RC4-SHA | its cipher is broken",
                "HIGH:!aNULL | it is an expression, not a suite",
                "WHATEVER | it is not known"
            })
    void suitesThatCannotBeOfferedAreRefusedWithTheReason(String suite, String reason) {
        assertThat(custom("ciphers-1-2 = [\"" + suite + "\"]"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: tls.t.policy.custom.ciphers-1-2[0]: the suite \"" + suite
                        + "\" cannot be offered: " + reason);
    }

    @Test
    void misspeltSuiteGetsASuggestion() {
        assertThat(custom("ciphers-1-2 = [ECDHE-RSA-AES128-GCM-SHA265]"))
                .singleElement()
                .asString()
                .endsWith("it is not known; did you mean \"ECDHE-RSA-AES128-GCM-SHA256\"?");
    }

    @Test
    void oldVersionsAreRefused() {
        assertThat(custom("min = 1.1"))
                .containsExactly(
                        "x.conf:4: tls.t.policy.custom.min: expected 1.2 or 1.3, found \"1.1\", which is retired"
                                + " (RFC 8996); write \"1.2\" or \"1.3\"");
    }

    @Test
    void maxBelowMinIsRefused() {
        assertThat(custom("min = 1.3, max = 1.2"))
                .containsExactly(
                        "x.conf:4: tls.t.policy.custom.max: max is below min: no version would be left; write min ="
                                + " 1.2, or max = 1.3");
    }

    @Test
    void suitesWithoutTls12AreRefused() {
        assertThat(custom("min = 1.3, ciphers-1-2 = [ECDHE-RSA-AES128-GCM-SHA256]"))
                .containsExactly(
                        "x.conf:4: tls.t.policy.custom.ciphers-1-2: never used: TLS 1.2 is off; remove it, or write"
                                + " min = 1.2");
    }

    @Test
    void emptyGroupsAreRefused() {
        assertThat(custom("groups = []"))
                .containsExactly(
                        "x.conf:4: tls.t.policy.custom.groups: an empty list offers nothing; name at least one, or"
                                + " remove the key");
    }

    @Test
    void groupNamedTwiceIsRefused() {
        assertThat(custom("groups = [P-256, secp256r1]"))
                .containsExactly(
                        "x.conf:4: tls.t.policy.custom.groups: P-256 is named twice; name it once, where its rank is"
                                + " meant");
    }

    @Test
    void unknownKeyBesideCustomIsRefused() {
        assertThat(problems("tls.t.policy { costum {} }"))
                .containsExactly("x.conf:4: tls.t.policy.costum: unknown key; did you mean \"custom\"?");
    }
}
