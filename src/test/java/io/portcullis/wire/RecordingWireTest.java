package io.portcullis.wire;

import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of JDK Flight Recorder holds of requests. */
class RecordingWireTest {
    private static final String EXCHANGE = "io.portcullis.Exchange";
    private static final String CONNECTION = "io.portcullis.Connection";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @TempDir
    Path temp;

    private HttpsSite start() throws Exception {
        HttpsSite site = HttpsSite.of(proxy);
        proxy.start(
                """
                listeners.https { bind = "127.0.0.1:0", tls = site }
                tls.site { certificates = [ { chain = site.pem, key = site.key } ] }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { name = shop, upstream = app } ]
                access-log { format = off }
                """);
        return site;
    }

    private String ask(HttpsSite site) throws IOException {
        try (RawClient client = site.client()) {
            RawResponse answer = client.send("GET /cart?token=secret HTTP/1.1\r\n" + HOST + "\r\n")
                    .readResponse();
            assertThat(answer.status()).isEqualTo(200);
            return String.valueOf(answer.head().value("X-Request-Id"));
        }
    }

    private List<RecordedEvent> recorded(Recording recording, String name) throws IOException {
        Path file = temp.resolve("x.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    private boolean has(Recording recording, String name) {
        try {
            return !recorded(recording, name).isEmpty();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anExchangeAndItsConnectionAreRecorded() throws Exception {
        HttpsSite site = start();
        try (Recording recording = new Recording()) {
            recording.enable(EXCHANGE);
            recording.enable(CONNECTION);
            recording.start();
            String id = ask(site);
            Await.until(() -> has(recording, EXCHANGE) && has(recording, CONNECTION), "both events");
            RecordedEvent exchange = recorded(recording, EXCHANGE).getFirst();
            assertThat(exchange.getString("id")).isEqualTo(id);
            assertThat(exchange.getString("listener")).isEqualTo("https");
            assertThat(exchange.getString("method")).isEqualTo("GET");
            assertThat(exchange.getString("host")).isEqualTo("example.com");
            assertThat(exchange.getString("path")).isEqualTo("/cart");
            assertThat(exchange.getString("route")).isEqualTo("shop");
            assertThat(exchange.getString("upstream")).isEqualTo("app");
            assertThat(exchange.getString("endpoint")).isEqualTo(proxy.origin().address());
            assertThat(exchange.getString("outcome")).isEqualTo("ok");
            assertThat(exchange.getInt("status")).isEqualTo(200);
            assertThat(exchange.getInt("tries")).isEqualTo(1);
            assertThat(exchange.getLong("bytesOut")).isEqualTo(2);
            assertThat(exchange.getDuration("firstByte")).isPositive();
            assertThat(exchange.getDuration()).isGreaterThan(exchange.getDuration("firstByte"));
            RecordedEvent connection = recorded(recording, CONNECTION).getFirst();
            assertThat(connection.getString("client")).isEqualTo("127.0.0.1");
            assertThat(connection.getString("protocol")).isEqualTo("http1");
            assertThat(connection.getString("tlsVersion")).isEqualTo("TLSv1.3");
            assertThat(connection.getString("serverName")).isEqualTo("example.com");
            assertThat(connection.getDuration("handshake")).isPositive();
            assertThat(connection.getDuration()).isGreaterThan(exchange.getDuration());
        }
    }

    @Test
    void whatIsFasterThanTheRecordingAsksForIsNotRecorded() throws Exception {
        HttpsSite site = start();
        try (Recording recording = new Recording()) {
            recording.enable(EXCHANGE).withThreshold(Duration.ofMinutes(5));
            recording.enable(CONNECTION);
            recording.start();
            ask(site);
            Await.until(() -> has(recording, CONNECTION), "the connection");
            assertThat(recorded(recording, EXCHANGE)).isEmpty();
        }
    }

    @Test
    void aRecordingThatDoesNotAskGetsNothing() throws Exception {
        HttpsSite site = start();
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ThreadStart");
            recording.start();
            ask(site);
            assertThat(recorded(recording, EXCHANGE)).isEmpty();
            assertThat(recorded(recording, CONNECTION)).isEmpty();
        }
    }
}
