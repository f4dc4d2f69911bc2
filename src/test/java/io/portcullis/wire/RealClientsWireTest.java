package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs that people use, against the whole of it. */
class RealClientsWireTest {
    private static final int MEGABYTES = 50;
    private static final int SIZE = MEGABYTES * 1024 * 1024;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void start() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.start(
                """
                listeners { https { bind = "127.0.0.1:0", tls = public } }
                tls.public { certificates = [ { chain = "site.pem", key = "site.key" } ], hsts {} }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """);
    }

    @Test
    @NeedsProgram("curl")
    void curlTrustsTheChainAndGetsTheAnswerWithHsts() {
        proxy.origin().answer(Script.ok("hello"));
        String seen = curl("--include", "/a?b=c").ok().stdout();
        assertThat(seen)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nStrict-Transport-Security: max-age=31536000\r\n")
                .endsWith("\r\n\r\nhello");
        assertThat(proxy.origin().awaitRequest().value("X-Forwarded-Proto")).isEqualTo("https");
    }

    @Test
    @NeedsProgram("curl")
    void curlUploadsFiftyMegabytesWhole() throws Exception {
        Path file = randomFile();
        proxy.origin().answer(Script.unread(RealClientsWireTest::answerWithDigest));
        assertThat(curl("--upload-file", file.toString(), "/up").ok().stdout())
                .isEqualTo(digest(Files.readAllBytes(file)));
    }

    @Test
    @NeedsProgram("curl")
    void curlUploadsInChunksToo() throws Exception {
        Path file = randomFile();
        proxy.origin().respond(request -> {
            String body = request.body().length() + "";
            return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        });
        assertThat(curl("--header", "Transfer-Encoding: chunked", "--upload-file", file.toString(), "/up")
                        .ok()
                        .stdout())
                .isEqualTo("" + SIZE);
    }

    @Test
    @NeedsProgram("curl")
    void curlDownloadsFiftyMegabytesWhole() throws Exception {
        proxy.origin().answer(RealClientsWireTest::sendLarge);
        Path file = proxy.dir().resolve("down");
        curl("--output", file.toString(), "/down").ok();
        assertThat(Files.size(file)).isEqualTo(SIZE);
        assertThat(digest(Files.readAllBytes(file))).isEqualTo(digest(large()));
    }

    @Test
    @NeedsProgram("curl")
    void aSlowCurlGetsEveryByte() throws Exception {
        int size = 3 * 1024 * 1024;
        String body = "z".repeat(size);
        proxy.origin().answer(Script.ok(body));
        Path file = proxy.dir().resolve("slow");
        curl("--limit-rate", "1500k", "--output", file.toString(), "/slow").ok();
        assertThat(Files.size(file)).isEqualTo(size);
    }

    @Test
    @NeedsProgram("curl")
    void curlReusesItsConnection() {
        proxy.origin().answer(Script.ok("x"));
        String origin = "https://example.com:" + proxy.port("https");
        assertThat(curl("--write-out", "%{num_connects}\n", "/a", origin + "/b", origin + "/c")
                        .ok()
                        .stdout())
                .isEqualTo("x1\nx0\nx0\n");
    }

    @Test
    @NeedsProgram("curl")
    void curlWithoutOurAuthorityRefusesUs() throws Exception {
        RunningProgram.Ended ended =
                Programs.run("curl", "--silent", "--resolve", resolve(), "https://example.com:" + proxy.port("https"));
        assertThat(ended.exit()).isEqualTo(60);
        site.awaitFailures("unknown_ca", 1);
    }

    @Test
    @NeedsProgram("openssl")
    void opensslSpeaksARequestByHand() {
        proxy.origin().answer(Script.ok("hello"));
        RunningProgram.Ended ended = Programs.runWithInput(
                "GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n",
                "openssl",
                "s_client",
                "-quiet",
                "-ign_eof",
                "-CAfile",
                site.rootFile().toString(),
                "-servername",
                "example.com",
                "-connect",
                "127.0.0.1:" + proxy.port("https"));
        assertThat(ended.ok().stdout()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hello");
    }

    @Test
    void theJdksClientAsksManyTimesAtOnce() throws Exception {
        proxy.origin().respond(request -> {
            String body = request.target() + request.body();
            return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        });
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(site.trust())
                .build()) {
            List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                URI uri = URI.create("https://localhost:" + proxy.port("https") + "/" + i + "-");
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString("body" + i))
                        .build();
                asked.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            for (int i = 0; i < asked.size(); i++) {
                HttpResponse<String> answer = asked.get(i).join();
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("/" + i + "-body" + i);
            }
        }
    }

    @Test
    @NeedsProgram("h2load")
    void h2loadFindsNoFailure() throws Exception {
        proxy.origin().answer(Script.ok("x"));
        RunningProgram.Ended ended = Programs.run(
                "h2load",
                "--h1",
                "-n",
                "4000",
                "-c",
                "32",
                "-t",
                "1",
                "--connect-to=127.0.0.1:" + proxy.port("https"),
                "https://example.com:" + proxy.port("https") + "/");
        assertThat(ended.ok().stdout())
                .contains("4000 total, 4000 started, 4000 done, 4000 succeeded, 0 failed, 0 errored, 0 timeout")
                .contains("status codes: 4000 2xx");
        assertThat(proxy.scrape().sum("portcullis_requests_total", "class=\"2xx\""))
                .isEqualTo(4000);
        assertThat(proxy.scrape().sum("portcullis_failures_total")).isZero();
    }

    private RunningProgram.Ended curl(String... optionsAndPath) {
        List<String> command = new ArrayList<>(List.of("curl", "--http1.1", "--silent", "--show-error"));
        command.addAll(List.of("--max-time", "25", "--cacert", site.rootFile().toString(), "--resolve", resolve()));
        for (String one : optionsAndPath) {
            boolean path = one.startsWith("/") && !Files.exists(Path.of(one)) && !one.startsWith("/tmp");
            command.add(path ? "https://example.com:" + proxy.port("https") + one : one);
        }
        return Programs.run(command.toArray(String[]::new));
    }

    private String resolve() {
        return "example.com:" + proxy.port("https") + ":127.0.0.1";
    }

    private Path randomFile() throws IOException {
        Path file = proxy.dir().resolve("up");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(large());
        }
        return file;
    }

    private static byte[] large() {
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static void sendLarge(Turn turn) throws IOException {
        turn.send("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
        byte[] bytes = large();
        int step = 256 * 1024;
        for (int i = 0; i < SIZE; i += step) {
            turn.send(new String(bytes, i, step, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    private static void answerWithDigest(Turn turn) throws IOException {
        MessageDigest digest = sha256();
        int left = SIZE;
        while (left > 0) {
            byte[] some = turn.readSome(64 * 1024).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            digest.update(some);
            left -= some.length;
        }
        String body = HexFormat.of().formatHex(digest.digest());
        turn.respond("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static String digest(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
