package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.Turn;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real browser: a page, what it fetches, what is pushed to it, and a WebSocket. */
@NeedsProgram("chromium")
class BrowserWireTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PAGE =
            """
            <!doctype html><title>t</title><body><script>
            const told = {};
            function socket() {
              return new Promise((done, failed) => {
                const ws = new WebSocket('wss://' + location.host + '/socket');
                ws.onmessage = (e) => { ws.close(); done(e.data); };
                ws.onopen = () => ws.send('hello');
                ws.onerror = () => failed(new Error('socket'));
              });
            }
            function events() {
              return new Promise((done) => {
                const source = new EventSource('/events'), seen = [];
                source.onmessage = (e) => { seen.push(e.data); if (seen.length === 3) { source.close(); done(seen.join()); } };
              });
            }
            async function run() {
              told.protocol = performance.getEntriesByType('navigation')[0].nextHopProtocol;
              const parts = await Promise.all([...Array(40).keys()].map((i) => fetch('/part/' + i).then((r) => r.text())));
              told.parts = parts.every((text, i) => text === 'part ' + i);
              const sent = 'x'.repeat(300000);
              told.echo = await fetch('/echo', { method: 'POST', body: sent }).then((r) => r.text()) === sent;
              told.events = await events();
              told.socket = await socket();
              const aborted = new AbortController();
              const gone = fetch('/part/1', { signal: aborted.signal }).then(() => 'came', (e) => e.name);
              aborted.abort();
              told.aborted = await gone;
              told.after = await fetch('/part/7').then((r) => r.text());
            }
            run().catch((e) => { told.failed = String(e); }).then(() => fetch('/result', { method: 'POST', body: JSON.stringify(told) }));
            </script>""";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @TempDir
    Path profile;

    @ParameterizedTest
    @CsvSource({"'[h2, \"http/1.1\"]', h2", "'[\"http/1.1\"]', http/1.1"})
    void aPageFetchesListensTalksAndGivesUp(String alpn, String protocol) throws Exception {
        HttpsSite.of(proxy);
        proxy.start(
                """
                listeners.https { bind = "127.0.0.1:0", tls = public }
                tls.public { certificates = [ { chain = "site.pem", key = "site.key" } ], alpn = ALPN }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """
                        .replace("ALPN", alpn));
        proxy.origin().answer(BrowserWireTest::answer);
        try (RunningProgram browser = browser()) {
            Await.until(
                    () -> result() != null,
                    () -> "no result; asked for "
                            + proxy.origin().requests().stream()
                                    .map(RawRequest::target)
                                    .toList(),
                    LIMIT);
            browser.terminate();
            browser.end(LIMIT);
        }
        assertThat(Objects.requireNonNull(result()).body())
                .isEqualTo("{\"protocol\":\"" + protocol
                        + "\",\"parts\":true,\"echo\":true,\"events\":\"0,1,2\",\"socket\":\"hello\",\"aborted\":\"AbortError\","
                        + "\"after\":\"part 7\"}");
    }

    private @Nullable RawRequest result() {
        return proxy.origin().requests().stream()
                .filter(request -> request.target().equals("/result"))
                .findFirst()
                .orElse(null);
    }

    private RunningProgram browser() throws Exception {
        String pin;
        try (InputStream chain = Files.newInputStream(proxy.dir().resolve("site.pem"))) {
            Certificate leaf = CertificateFactory.getInstance("X.509").generateCertificate(chain);
            pin = Base64.getEncoder()
                    .encodeToString(digest("SHA-256", leaf.getPublicKey().getEncoded()));
        }
        return Programs.start(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--user-data-dir=" + profile,
                "--host-resolver-rules=MAP example.com 127.0.0.1, MAP * ~NOTFOUND",
                "--ignore-certificate-errors-spki-list=" + pin,
                "https://example.com:" + proxy.port("https") + "/");
    }

    private static void answer(Turn turn) throws IOException {
        String target = turn.head().startLine().split(" ", -1)[1];
        if (target.equals("/socket")) {
            talk(turn);
        } else if (target.equals("/events")) {
            turn.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                turn.send("data: " + i + "\n\n");
            }
            turn.hang();
        } else if (target.equals("/echo")) {
            turn.respond(ok("text/plain", turn.request().body()));
        } else if (target.startsWith("/part/")) {
            turn.respond(ok("text/plain", "part " + target.substring("/part/".length())));
        } else {
            turn.respond(ok("text/html", target.equals("/") ? PAGE : ""));
        }
    }

    private static String ok(String type, String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nCache-Control: no-store\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    /** Sends the text of the first frame back (RFC 6455 §5.3: what a client sends is masked, what it gets is not). */
    private static void talk(Turn turn) throws IOException {
        turn.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                        + proof(Objects.requireNonNull(turn.head().value("Sec-WebSocket-Key"))) + "\r\n\r\n");
        StringBuilder frame = new StringBuilder();
        while (frame.length() < 2 + 4 + "hello".length()) {
            frame.append(turn.readSome(64));
        }
        char[] text = frame.substring(6, 11).toCharArray();
        for (int i = 0; i < text.length; i++) {
            text[i] ^= frame.charAt(2 + i % 4);
        }
        turn.send("\u0081" + (char) text.length + new String(text)).hang();
    }

    private static String proof(String key) {
        byte[] joined = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder().encodeToString(digest("SHA-1", joined));
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
