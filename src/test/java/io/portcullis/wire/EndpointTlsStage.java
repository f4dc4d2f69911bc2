package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A product before endpoints that speak TLS, and the authority that issued their certificates. */
final class EndpointTlsStage {
    static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    static final String CA = "ca = \"backend/ca.pem\"";

    private final ProxyExtension proxy;
    private final TestCertificates backend;

    EndpointTlsStage(ProxyExtension proxy) throws IOException {
        this.proxy = proxy;
        this.backend = TestCertificates.in(Files.createDirectories(proxy.dir().resolve("backend")));
    }

    TestCertificates backend() {
        return backend;
    }

    String root() {
        return backend.rootFile().toString();
    }

    static Origin serving(TestLeaf leaf) {
        return Origin.startTls(leaf.server()).answer(Script.ok("over TLS"));
    }

    static List<String> asked(SSLSession session) {
        return ((ExtendedSSLSession) session)
                .getRequestedServerNames().stream()
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .toList();
    }

    RunningProgram openssl(int port, TestLeaf leaf, String... options) {
        List<String> command = new ArrayList<>(List.of("openssl", "s_server", "-quiet", "-www", "-accept"));
        command.add("127.0.0.1:" + port);
        command.addAll(List.of("-cert", leaf.chainFile().toString()));
        command.addAll(List.of("-key", leaf.keyFile().toString()));
        command.addAll(List.of(options));
        RunningProgram server = Programs.start(command.toArray(String[]::new));
        Await.until(() -> listens(port), "openssl s_server at " + port);
        return server;
    }

    private static boolean listens(int port) {
        try (Socket probe = new Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    void start(String endpoint, String tls) throws Exception {
        proxy.start(config(endpoint, tls, ""));
    }

    static String config(String endpoint, String tls, String more) {
        return """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["ENDPOINT"], tls { TLS }
                MORE }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "access.log" }
                """
                .replace("ENDPOINT", endpoint)
                .replace("TLS", tls)
                .replace("MORE", more);
    }

    RawResponse ask() throws IOException {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            return client.send(GET).readResponse();
        }
    }

    /** What the access log says of a request that got 502 with this RFC 9209 type. */
    String refused(String type) throws IOException {
        RawResponse answer = ask();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.head().value("Proxy-Status")).contains("error=" + type);
        assertThat(answer.body()).doesNotContain("certificate");
        Path log = proxy.dir().resolve("access.log");
        return Await.value(() -> lineOf(log, "detail"), "a line in the access log");
    }

    static @Nullable String lineOf(Path log, String field) {
        try {
            String text = Files.readString(log);
            return text.contains("\"" + field + "\"") ? text : null;
        } catch (IOException e) {
            return null;
        }
    }
}
