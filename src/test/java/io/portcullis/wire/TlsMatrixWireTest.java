package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of handshake with two clients: version, key, how it begins (in full, by a ticket, by a ticket of another node) and whether
 * the name asks for a certificate.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsMatrixWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public {
              certificates = [
                { chain = "{site}/ec.pem", key = "{site}/ec.key" }, { chain = "{site}/rsa.pem", key = "{site}/rsa.key" }
                { chain = "{site}/ec-away.pem", signer = keys }, { chain = "{site}/rsa-away.pem", signer = keys }
              ]
              hosts = [
                { names = [optional.ec.example, optional.rsa.example, optional.ec.away.example, optional.rsa.away.example]
                  client-certificates { ca = "{site}/ca.pem", mode = optional } }
                { names = [required.ec.example, required.rsa.example, required.ec.away.example, required.rsa.away.example]
                  client-certificates { ca = "{site}/ca.pem" } }
              ]
              tickets { secret-file = "{site}/tickets" }
            }
            upstreams {
              app { endpoints = ["{origin}"] }
              keys {
                endpoints = ["127.0.0.1:{signer}"]
                tls { ca = "{site}/ca.pem", name = signer.example, chain = "{site}/edge.pem", key = "{site}/edge.key" }
              }
            }
            routes = [ { upstream = app } ]
            access-log { format = off }
            """;

    private static final String SIGNING =
            """
            listeners.sign {
              bind = "127.0.0.1:0", tls = inner
              signing {
                clients = [edge.example]
                keys = [ { chain = "{site}/ec-away.pem", key = "{site}/away/ec.key" }, { chain = "{site}/rsa-away.pem", key = "{site}/away/rsa.key" } ]
              }
            }
            tls.inner {
              certificates = [ { chain = "{site}/signer.pem", key = "{site}/signer.key" } ]
              client-certificates { ca = "{site}/ca.pem" }
            }
            access-log { format = off }
            """;

    @RegisterExtension
    static final ProxyExtension SIGNER = new ProxyExtension();

    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension();

    @RegisterExtension
    static final ProxyExtension NODE = new ProxyExtension();

    private TestCertificates authority;
    private TestLeaf client;

    /** One handshake of the matrix. */
    record Kind(String version, String key, String place, String begins, String clients) {
        String name() {
            return clients + "." + key + (place.equals("file key") ? "" : ".away") + ".example";
        }

        boolean shows() {
            return !clients.equals("no");
        }

        ProxyExtension second() {
            return begins.equals("ticket of another node") ? NODE : PROXY;
        }
    }

    static Stream<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        for (String version : List.of("1.2", "1.3")) {
            for (String key : List.of("rsa", "ec")) {
                for (String place : List.of("file key", "remote key")) {
                    kinds(version, key, place, kinds);
                }
            }
        }
        return kinds.stream();
    }

    private static void kinds(String version, String key, String place, List<Kind> kinds) {
        for (String begins : List.of("in full", "ticket", "ticket of another node")) {
            for (String clients : List.of("no", "optional", "required")) {
                kinds.add(new Kind(version, key, place, begins, clients));
            }
        }
    }

    @BeforeAll
    void start() throws Exception {
        authority = TestCertificates.in(PROXY.dir());
        authority.leaf("*.ec.example").write("ec");
        authority.leaf("*.rsa.example").rsa(2048).write("rsa");
        away(authority.leaf("*.ec.away.example").write("ec-away"), "ec");
        away(authority.leaf("*.rsa.away.example").rsa(2048).write("rsa-away"), "rsa");
        authority.leaf("signer.example").write("signer");
        authority.leaf("edge.example").client().write("edge");
        SIGNER.word("site", PROXY.dir()).start(SIGNING);
        client = authority.leaf("alice").client().write("alice");
        Path secret = PROXY.dir().resolve("tickets");
        Files.writeString(secret, "0123456789abcdef0123456789abcdef-secret\n");
        Files.setPosixFilePermissions(secret, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        for (ProxyExtension each : List.of(PROXY, NODE)) {
            each.word("site", PROXY.dir()).word("signer", SIGNER.port("sign")).start(CONFIG);
            each.origin().answer(Script.ok("here"));
        }
    }

    /** The key goes to where only the signer looks. */
    private static void away(TestLeaf leaf, String name) throws IOException {
        Path folder = Files.createDirectories(PROXY.dir().resolve("away"));
        Files.move(leaf.keyFile(), folder.resolve(name + ".key"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @NeedsProgram("openssl")
    void openssl(Kind kind) throws IOException {
        String session = PROXY.dir().resolve("session").toString();
        String first = openssl(kind, PROXY, "-sess_out", session);
        assertThat(first)
                .contains("New, TLSv" + kind.version())
                .contains("Peer signature type: " + (kind.key().equals("ec") ? "ECDSA" : "RSA-PSS"))
                .contains("Verify return code: 0 (ok)")
                .contains("200 OK");
        wasHeard(kind, PROXY);
        if (!kind.begins().equals("in full")) {
            double before = resumed(kind.second());
            assertThat(openssl(kind, kind.second(), "-sess_in", session))
                    .contains("Reused, TLSv" + kind.version())
                    .contains("200 OK");
            assertThat(resumed(kind.second())).isEqualTo(before + 1);
            wasHeard(kind, kind.second());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void java(Kind kind) throws Exception {
        SSLContext context = context(kind.shows());
        double resumedBefore = resumed(PROXY);
        assertThat(java(context, kind, PROXY)).contains("200 OK").endsWith("here");
        assertThat(resumed(PROXY)).isEqualTo(resumedBefore);
        wasHeard(kind, PROXY);
        if (!kind.begins().equals("in full")) {
            double before = resumed(kind.second());
            assertThat(java(context, kind, kind.second())).contains("200 OK").endsWith("here");
            assertThat(resumed(kind.second())).isEqualTo(before + 1);
            wasHeard(kind, kind.second());
        }
    }

    private static double resumed(ProxyExtension node) throws IOException {
        return node.scrape().sum("portcullis_tls_handshakes_total", "resumed=\"true\"");
    }

    /** The backend heard of the certificate, be the session new or not. */
    private static void wasHeard(Kind kind, ProxyExtension node) {
        RawRequest last = node.origin().requests().getLast();
        assertThat(last.value("Host")).isEqualTo(kind.name());
        assertThat(last.values("Client-Cert")).hasSize(kind.shows() ? 1 : 0);
    }

    private String openssl(Kind kind, ProxyExtension node, String option, String session) {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-ign_eof", "-connect"));
        command.add("127.0.0.1:" + node.port("https"));
        command.addAll(List.of("-CAfile", authority.rootFile().toString(), "-servername", kind.name()));
        command.add(kind.version().equals("1.2") ? "-tls1_2" : "-tls1_3");
        if (kind.shows()) {
            command.addAll(List.of("-cert", client.chainFile().toString()));
            command.addAll(List.of("-key", client.keyFile().toString()));
        }
        command.addAll(List.of(option, session));
        return Programs.runWithInput(request(kind), command.toArray(String[]::new))
                .ok()
                .stdout();
    }

    private static String request(Kind kind) {
        return "GET / HTTP/1.1\r\nHost: " + kind.name() + "\r\nConnection: close\r\n\r\n";
    }

    /** To either node by the same name and port: by them the client finds its sessions again. */
    private static String java(SSLContext context, Kind kind, ProxyExtension node) throws IOException {
        try (Socket plain = new AnyPort(node.port("https"));
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, kind.name(), 443, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv" + kind.version()});
            parameters.setServerNames(List.of(new SNIHostName(kind.name())));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write(request(kind).getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            assertThat(shown.getPublicKey().getAlgorithm()).isEqualToIgnoringCase(kind.key());
            return answer;
        }
    }

    /** Says that it leads to 443: the client keeps its sessions by host and port. */
    private static final class AnyPort extends Socket {
        AnyPort(int port) throws IOException {
            super("127.0.0.1", port);
        }

        @Override
        public int getPort() {
            return 443;
        }
    }

    private SSLContext context(boolean shows) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("root", authority.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        if (shows) {
            own.setKeyEntry("alice", client.key(), new char[0], client.chain().toArray(X509Certificate[]::new));
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
