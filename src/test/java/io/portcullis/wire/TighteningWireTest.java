package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tls report}: what it says of another policy is what that policy then does. */
class TighteningWireTest {
    private static final String REST =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [
              { chain = "site.pem", key = "site.key" }
              { chain = "rsa.pem", key = "rsa.key" }
              { chain = "p384.pem", key = "p384.key" }
              { chain = "ed.pem", key = "ed.key" }
              { chain = "ec.pem", key = "ec.key" }
              { chain = "both.pem", key = "both.key" }
            ]
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;
    /** As wide as can be, so that as many as possible get in to be seen. */
    private static final String WIDE =
            "tls.public.policy { custom { groups = [X25519MLKEM768, X25519, P-256, P-384, P-521] } }\n";

    private static final String CANDIDATES =
            """
            tls.p256-only { certificates = [ { chain = "site.pem", key = "site.key" } ], policy { custom { groups = [P-256] } } }
            tls.one-suite {
              certificates = [ { chain = "site.pem", key = "site.key" } ]
              policy { custom { max = "1.2", ciphers-1-2 = [ECDHE-ECDSA-AES256-GCM-SHA384, ECDHE-RSA-AES128-GCM-SHA256] } }
            }
            tls.quantum { certificates = [ { chain = "site.pem", key = "site.key" } ], policy { custom { groups = [X25519MLKEM768, P-521] } } }
            """;
    private static final Pattern AGENT = Pattern.compile("\"(c-[^\"]*)\"");
    private static final List<String> NAMES =
            List.of("example.com", "rsa.example.org", "p384.example.org", "ed.example.org", "both.example.org");
    private static final List<List<String>> SETTINGS = List.of(
            List.of(),
            List.of("-tls1_3"),
            List.of("-tls1_2"),
            List.of("-groups", "P-256"),
            List.of("-groups", "P-384"),
            List.of("-groups", "P-521"),
            List.of("-groups", "X448:X25519"),
            List.of("-groups", "X448"),
            List.of("-tls1_2", "-groups", "P-384"),
            List.of("-tls1_2", "-groups", "X25519"),
            List.of("-tls1_2", "-groups", "P-521:P-256"),
            List.of("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"),
            List.of("-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"),
            List.of("-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"),
            List.of("-tls1_2", "-sigalgs", "rsa_pkcs1_sha256:ecdsa_secp384r1_sha384"),
            List.of("-tls1_2", "-sigalgs", "RSA+SHA1:ECDSA+SHA1", "-cipher", "ALL:@SECLEVEL=0"),
            List.of("-sigalgs", "rsa_pss_rsae_sha512:ecdsa_secp384r1_sha384"),
            List.of("-sigalgs", "ed25519:ecdsa_secp256r1_sha256"),
            List.of("-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"),
            List.of("-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"));

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final ProxyExtension tightened = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        site.authority().leaf("rsa.example.org").rsa(2048).write("rsa");
        site.authority().leaf("p384.example.org").ec("secp384r1").write("p384");
        site.authority().leaf("ed.example.org").ed25519().write("ed");
        site.authority().leaf("both.example.org").write("ec");
        site.authority().leaf("both.example.org").rsa(2048).write("both");
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "p256-only", "one-suite", "quantum"})
    @NeedsProgram("openssl")
    void theCandidateReallyAppliedShutsOutThoseThatTheReportNamedAndNobodyElse(String candidate) throws Exception {
        proxy.start(REST + WIDE + CANDIDATES);
        Set<String> served = new TreeSet<>();
        Map<String, List<String>> clients = clients();
        for (String client : clients.keySet()) {
            if (isServed(site, client, clients)) {
                served.add(client);
            }
        }
        assertThat(served).hasSizeGreaterThan(clients.size() / 2);
        Set<String> named = named(candidate);

        applied(candidate);
        Set<String> fell = new TreeSet<>();
        for (String client : served) {
            if (!isServed(site.on(tightened), client, clients)) {
                fell.add(client);
            }
        }
        assertThat(fell).isEqualTo(named).isNotEqualTo(served).isNotEmpty();
    }

    @Test
    @NeedsProgram("openssl")
    void whoFailsTodayAndWouldBeLetInByALooserPolicyIsNamedToo() throws Exception {
        proxy.start(REST + "tls.public.policy = modern\n");
        site.openssl("-servername", "example.com", "-tls1_2");
        site.awaitFailures("protocol_version", 1);
        assertThat(report("candidate=intermediate").body())
                .contains("0 handshakes since ")
                .contains("1 more failed for want of anything in common")
                .containsPattern("100.00% +1 +tls.public: a program with OpenSSL");
    }

    @Test
    @NeedsProgram("curl")
    void theTextSaysWhoWhyAndWhatToDo() throws Exception {
        proxy.start(REST);
        curl("1.2", "Old<b>Thing/1");
        curl("1.3", "New/2");
        String text = report("candidate=modern").body();
        assertThat(text)
                .contains("candidate  modern: TLS 1.3, groups X25519MLKEM768 X25519 P-256 P-384\n")
                .containsPattern("seen +2 handshakes since 20")
                .containsPattern(" 50\\.00% +1 +tls\\.public: a program with OpenSSL")
                .contains("says: Old?b?Thing/1\n")
                .contains("offers TLS 1.2 at most, the policy TLS 1.3 alone")
                .contains("1 handshake of 2 (50.00 %) would be shut out: have these clients updated")
                .doesNotContain("New/2");
        assertThat(report("candidate=intermediate").body()).contains("Nobody who came would be shut out");
        assertThat(report("candidate=modern&of=nobody").status()).isEqualTo(400);
        assertThat(report("candidate=strict").body()).isEqualTo("candidate: modern, intermediate, or one of public\n");
    }

    @Test
    void onlyTheFirstRequestOfAConnectionSaysWhoItIs() throws Exception {
        proxy.start(REST);
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer().protocols("TLSv1.2"))) {
            for (String agent : List.of("First/1", "Second/2")) {
                client.send("GET / HTTP/1.1\r\nHost: example.com\r\nUser-Agent: " + agent + "\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
        assertThat(report("candidate=modern&json").body())
                .contains("\"agents\":[\"First/1\"]", "\"family\":\"java\"", "\"lost\":1", "\"ja4\":null")
                .contains("\"versions\":[\"TLS 1.2\"]");
    }

    @Test
    void aFingerprintIsShownWhereTheAccessLogHasItComputed() throws Exception {
        proxy.start(REST.replace("format = off", "to = \"access.log\", ja4 = on"));
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer().protocols("TLSv1.2"))) {
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(report("candidate=modern&json").body())
                .containsPattern("\"ja4\":\"t12d[0-9]{4}00_[0-9a-f]{12}_[0-9a-f]{12}\"")
                .contains("no user agent");
    }

    /** Named by number of the setting and by host. */
    private static Map<String, List<String>> clients() {
        Map<String, List<String>> clients = new LinkedHashMap<>();
        for (int i = 0; i < SETTINGS.size(); i++) {
            for (String name : NAMES) {
                clients.put("c-" + i + "-" + name, SETTINGS.get(i));
            }
        }
        return clients;
    }

    private static boolean isServed(HttpsSite at, String client, Map<String, List<String>> clients) {
        String name = client.substring(client.lastIndexOf('-') + 1);
        List<String> options = new ArrayList<>(List.of("-ign_eof", "-quiet", "-servername", name));
        options.addAll(clients.getOrDefault(client, List.of()));
        String request =
                "GET / HTTP/1.1\r\nHost: " + name + "\r\nUser-Agent: " + client + "\r\nConnection: close\r\n\r\n";
        return at.opensslTyping(request, options.toArray(String[]::new)).contains("HTTP/1.1 200");
    }

    private Set<String> named(String candidate) throws IOException {
        Set<String> named = new TreeSet<>();
        Matcher agents =
                AGENT.matcher(report("candidate=" + candidate + "&json").body());
        while (agents.find()) {
            named.add(agents.group(1));
        }
        return named;
    }

    private void applied(String candidate) throws Exception {
        for (String file : List.of("site", "rsa", "p384", "ed", "ec", "both")) {
            for (String kind : List.of(".pem", ".key")) {
                java.nio.file.Files.copy(
                        proxy.dir().resolve(file + kind), tightened.dir().resolve(file + kind));
            }
        }
        boolean named = Set.of("modern", "intermediate").contains(candidate);
        tightened.start(REST + (named ? "" : CANDIDATES) + "tls.public.policy = "
                + (named ? candidate : "${tls." + candidate + ".policy}") + "\n");
    }

    private void curl(String version, String agent) {
        Programs.run(
                "curl",
                "-s",
                "--http1.1",
                "--tls-max",
                version,
                "--tlsv" + version,
                "-A",
                agent,
                "--cacert",
                site.rootFile().toString(),
                "--resolve",
                "example.com:" + proxy.port("https") + ":127.0.0.1",
                "https://example.com:" + proxy.port("https") + "/");
    }

    private RawResponse report(String query) throws IOException {
        try (RawClient admin = RawClient.plain(proxy.adminPort())) {
            admin.send("GET /tls/report?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return admin.readResponse();
        }
    }
}
