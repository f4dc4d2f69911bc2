package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/** A product of one test in front of one origin, and what must hold where an exchange fails: answer, meter and log. */
record Site(ProxyExtension proxy) {
    static final String HOST = "Host: example.com\r\n";
    static final String GET = "GET / HTTP/1.1\r\n" + HOST + "\r\n";
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static final String CONFIG =
            """
            listeners { plain { bind = "127.0.0.1:0" } }
            upstreams.app { endpoints = ["{origin}"] }
            access-log { format = json, to = "{dir}/access.log" }
            """;

    /** Everything goes to the origin; {@code more} is added to the configuration, with routes of its own or without. */
    static ProxyExtension product(String more) {
        String routes = more.contains("routes = ") ? "" : "routes = [ { upstream = app } ]\n";
        return new ProxyExtension().config(CONFIG + routes + more);
    }

    /** Field lines, each with its CRLF. */
    static String fields(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    Origin origin() {
        return proxy.origin();
    }

    RawClient client() throws IOException {
        return RawClient.plain(proxy.port("plain"));
    }

    /** Sends {@code request} on a connection of its own and reads the answer. */
    RawResponse ask(String request) throws IOException {
        try (RawClient client = client()) {
            return client.send(request).readResponse(request.substring(0, request.indexOf(' ')));
        }
    }

    /** Asks for {@code request}, whose answer is ours and tells {@code kind}, everywhere that it must be told. */
    RawResponse fails(String request, int status, FailureKind kind) throws IOException {
        RawResponse answer = ask(request);
        tells(answer, status, kind);
        counted(kind);
        logged(answer, kind);
        return answer;
    }

    /** The error answer of {@code kind} (RFC 9209 §2.3). */
    static void tells(RawResponse answer, int status, FailureKind kind) {
        assertThat(answer.status()).as(answer.head().raw() + answer.body()).isEqualTo(status);
        assertThat(answer.values("Proxy-Status")).containsExactly("portcullis; error=" + kind.proxyStatus());
        assertThat(answer.values("X-Request-Id")).singleElement().asString().isNotBlank();
        assertThat(answer.values("Date")).hasSize(1);
        assertThat(answer.values("Retry-After")).hasSize(status == 503 ? 1 : 0);
        assertThat(answer.body()).contains(answer.values("X-Request-Id").getFirst());
    }

    /** One exchange ended by {@code kind}, and none by anything else. */
    void counted(FailureKind kind) {
        Await.until(
                () -> failures(
                                "kind=\"" + kind.tag() + "\"",
                                "side=\"" + kind.side().tag() + "\"")
                        == 1,
                () -> kind.tag() + " counted once, but of all kinds " + failures() + "; " + log(),
                Await.LIMIT);
        assertThat(failures()).as("failures of all kinds").isEqualTo(1);
    }

    /** No exchange failed. */
    void nothingFailed() {
        assertThat(failures()).as("failures of all kinds").isZero();
    }

    double failures(String... labels) {
        return sum("portcullis_failures_total", labels);
    }

    double sum(String meter, String... labels) {
        try {
            return proxy.scrape().sum(meter, labels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The log has the exchange's id in the line that names its failure. */
    private void logged(RawResponse answer, FailureKind kind) {
        String id = "\"" + answer.values("X-Request-Id").getFirst() + "\"";
        String outcome = "\"outcome\":\"" + kind.tag() + "\"";
        Await.until(
                () -> log().stream().anyMatch(line -> line.contains(id) && line.contains(outcome)),
                () -> "a line with " + id + " and " + outcome + ", but " + log(),
                Await.LIMIT);
    }

    /** A line that names {@code kind}, for exchanges that told no client an id. */
    void logged(FailureKind kind) {
        Await.until(
                () -> log().stream().anyMatch(line -> line.contains("\"outcome\":\"" + kind.tag() + "\"")),
                () -> kind.tag() + " in the log, but " + log(),
                Await.LIMIT);
    }

    List<String> log() {
        try {
            return Files.readAllLines(proxy.dir().resolve("access.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
