package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.Script;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs that people use, by HTTP/2. */
class Http2RealClientsWireTest {
    private static final int SIZE = 20 * 1024 * 1024;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void start() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.start(
                """
                listeners {
                  https { bind = "127.0.0.1:0", tls = public }
                  plain { bind = "127.0.0.1:0", h2c = on }
                }
                tls.public { certificates = [ { chain = "site.pem", key = "site.key" } ], hsts {} }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """);
    }

    private String url(String path) {
        return "https://example.com:" + proxy.port("https") + path;
    }

    private RunningProgram.Ended curl(String... options) {
        List<String> command =
                new ArrayList<>(List.of("curl", "--http2", "--silent", "--show-error", "--max-time", "25"));
        command.addAll(List.of("--cacert", site.rootFile().toString()));
        command.addAll(List.of("--resolve", "example.com:" + proxy.port("https") + ":127.0.0.1"));
        command.addAll(List.of(options));
        return Programs.run(command.toArray(String[]::new));
    }

    @Test
    @NeedsProgram("curl")
    void curlGetsHttp2ByAlpn() {
        proxy.origin().answer(Script.ok("hello"));
        assertThat(curl("--include", url("/a?b=c")).ok().stdout())
                .startsWith("HTTP/2 200 \r\n")
                .contains("\r\nstrict-transport-security: max-age=31536000\r\n")
                .endsWith("\r\n\r\nhello");
        assertThat(proxy.origin().awaitRequest().head().startLine()).isEqualTo("GET /a?b=c HTTP/1.1");
    }

    @Test
    @NeedsProgram("curl")
    void curlGetsHttp2ByPriorKnowledge() {
        proxy.origin().answer(Script.ok("hello"));
        String plain = "http://127.0.0.1:" + proxy.port("plain");
        assertThat(curl("--http2-prior-knowledge", "--include", plain + "/a")
                        .ok()
                        .stdout())
                .startsWith("HTTP/2 200 \r\n")
                .endsWith("\r\n\r\nhello");
        assertThat(curl("--http1.1", "--include", plain + "/a").ok().stdout()).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @Test
    @NeedsProgram("curl")
    void curlUploadsAndDownloadsTwentyMegabytesWhole() throws Exception {
        byte[] bytes = new byte[SIZE];
        new Random(7).nextBytes(bytes);
        Path file = Files.write(proxy.dir().resolve("up"), bytes);
        Path back = proxy.dir().resolve("back");
        proxy.origin().answer(Script.echo());
        curl("--upload-file", file.toString(), "--output", back.toString(), url("/up"))
                .ok();
        assertThat(Arrays.equals(Files.readAllBytes(back), bytes)).isTrue();
    }

    @Test
    @NeedsProgram("curl")
    void curlRunsThirtyTransfersInParallelOnOneConnection() {
        proxy.origin().answer(Script.ok("x".repeat(10_000)));
        String[] options = IntStream.range(0, 30).mapToObj(i -> url("/" + i)).toArray(String[]::new);
        List<String> command =
                new ArrayList<>(List.of("--parallel", "--write-out", "\n%{http_version} %{http_code}\n"));
        command.addAll(List.of(options));
        String seen = curl(command.toArray(String[]::new)).ok().stdout();
        assertThat(seen.lines().filter(line -> line.equals("2 200"))).hasSize(30);
    }

    @Test
    @NeedsProgram("h2load")
    void h2loadGetsEveryAnswer() {
        proxy.origin().answer(Script.ok("x".repeat(1000)));
        String seen = Programs.run(
                        "h2load",
                        "--requests=3000",
                        "--clients=4",
                        "--max-concurrent-streams=50",
                        "https://127.0.0.1:" + proxy.port("https") + "/")
                .ok()
                .stdout();
        assertThat(seen)
                .contains("3000 succeeded, 0 failed, 0 errored, 0 timeout")
                .contains("Application protocol: h2");
    }

    @Test
    void theJdkSpeaksHttp2WithBodiesBothWaysInParallel() throws Exception {
        proxy.origin().answer(Script.echo());
        byte[] body = new byte[300_000];
        Arrays.fill(body, (byte) 'j');
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(site.trust())
                .build()) {
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                HttpRequest.BodyPublisher how = i % 2 == 0
                        ? HttpRequest.BodyPublishers.ofByteArray(body)
                        : HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("https://localhost:" + proxy.port("https") + "/" + i))
                        .POST(how)
                        .build();
                answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                assertThat(answer.get().version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(Arrays.equals(answer.get().body(), body)).isTrue();
            }
        }
    }
}
