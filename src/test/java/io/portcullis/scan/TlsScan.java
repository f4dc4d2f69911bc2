package io.portcullis.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What testssl.sh finds in each policy. */
@NeedsProgram("testssl")
class TlsScan {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** Of our test authority (no address of a list or responder), of the name (no DNS), and of the application. */
    private static final Set<String> NOT_OURS = Set.of("cert_revocation", "DNS_CAArecord", "security_headers");

    private static final Set<String> TOO_OLD_FOR_12 = Set.of("ie_6_xp", "ie_8_win7", "ie_8_xp", "java_7u25");
    private static final Set<String> TOO_OLD_FOR_13 = Set.of(
            "android_60",
            "android_70",
            "android_81",
            "apple_mail_16_0",
            "edge_15_win10",
            "ie_11_win10",
            "ie_11_win7",
            "ie_11_win81",
            "ie_11_winphone81",
            "ie_6_xp",
            "ie_8_win7",
            "ie_8_xp",
            "java_7u25",
            "java_8u161",
            "libressl_283",
            "openssl_102e",
            "openssl_110l");

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @Test
    void nothingIsAmissInIntermediate() throws Exception {
        List<? extends Config> findings = scan("intermediate");
        assertThat(amiss(findings)).isEmpty();
        assertThat(shutOut(findings)).containsExactlyInAnyOrderElementsOf(TOO_OLD_FOR_12);
        assertThat(finding(findings, "cipher_order")).startsWith("server");
        assertThat(finding(findings, "HSTS_time")).startsWith("365 days");
    }

    @Test
    void nothingIsAmissInModern() throws Exception {
        List<? extends Config> findings = scan("modern");
        assertThat(amiss(findings)).isEmpty();
        assertThat(shutOut(findings)).containsExactlyInAnyOrderElementsOf(TOO_OLD_FOR_13);
        assertThat(finding(findings, "HSTS_time")).startsWith("365 days");
    }

    private List<? extends Config> scan(String policy) throws Exception {
        TestCertificates authority = TestCertificates.in(proxy.dir());
        Duration day = Duration.ofDays(1);
        authority.leaf("example.com").valid(day.negated(), day.multipliedBy(90)).write("ec");
        authority
                .leaf("example.com")
                .rsa(2048)
                .valid(day.negated(), day.multipliedBy(90))
                .write("rsa");
        proxy.word("policy", policy)
                .start(
                        """
                        listeners { https { bind = "127.0.0.1:0", tls = t } }
                        tls.t {
                          policy = {policy}
                          certificates = [ { chain = ec.pem, key = ec.key }, { chain = rsa.pem, key = rsa.key } ]
                          hsts {}
                        }
                        routes = [ { respond { body = "here" } } ]
                        access-log { format = off }
                        """);
        Path json = proxy.dir().resolve("scan.json");
        List<String> command = List.of(
                "testssl",
                "--quiet",
                "--color=0",
                "--warnings=off",
                "--ip=127.0.0.1",
                "--add-ca=" + authority.rootFile(),
                "--jsonfile=" + json,
                "--protocols",
                "--std",
                "--fs",
                "--server-preference",
                "--server-defaults",
                "--headers",
                "--vulnerable",
                "--client-simulation",
                "example.com:" + proxy.port("https"));
        String seen = Programs.start(command.toArray(String[]::new)).end(LIMIT).stdout();
        assertThat(json).as(seen).exists();
        List<? extends Config> findings =
                ConfigFactory.parseString("all = " + Files.readString(json)).getConfigList("all");
        // Fewer, and it broke off.
        assertThat(findings).as(seen).hasSizeGreaterThan(100);
        return findings;
    }

    private static List<String> amiss(List<? extends Config> findings) {
        return findings.stream()
                .filter(each -> !Set.of("OK", "INFO", "DEBUG").contains(each.getString("severity")))
                .filter(each -> !NOT_OURS.contains(each.getString("id").replaceAll(" <.*", "")))
                .map(each -> each.getString("severity") + " " + each.getString("id") + ": " + each.getString("finding"))
                .toList();
    }

    private static List<String> shutOut(List<? extends Config> findings) {
        return findings.stream()
                .filter(each -> each.getString("id").startsWith("clientsimulation-"))
                .filter(each -> each.getString("finding").equals("No connection"))
                .map(each -> each.getString("id").substring("clientsimulation-".length()))
                .toList();
    }

    private static String finding(List<? extends Config> findings, String id) {
        return findings.stream()
                .filter(each -> each.getString("id").equals(id))
                .map(each -> each.getString("finding"))
                .findFirst()
                .orElse("");
    }
}
