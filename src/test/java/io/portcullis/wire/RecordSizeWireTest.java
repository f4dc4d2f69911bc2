package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Relay;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How large the TLS records are that clients get. */
class RecordSizeWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [ { chain = "site.pem", key = "site.key" } ]
            upstreams.app { endpoints = ["{origin}"] }
            routes = [ { upstream = app } ]
            access-log { format = off }
            """;

    /** Header of a record, its inner type, tag, and the nonce of TLS 1.2. */
    private static final int AROUND = 5 + 24 + 1;

    private static final int BODY = 1 << 20;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;
    private @Nullable Relay relay;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
    }

    @AfterEach
    void close() throws IOException {
        if (relay != null) {
            relay.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theyBeginSmallAndGrow(String version) throws Exception {
        List<Integer> records = recordsOf(CONFIG, version);
        int small = 0;
        long bytes = 0;
        while (records.get(small) <= 1350 + AROUND) {
            bytes += records.get(small++);
        }
        assertThat(bytes).as("what was sent in small records").isBetween(64L << 10, 256L << 10);
        assertThat(records.subList(small, records.size()))
                .as("after %s small ones", small)
                .anyMatch(length -> length > 16_000);
        assertThat(records.subList(0, small)).as("whole packets").contains(1350 + overhead(version));
    }

    @Test
    void whereItIsFullTheyAreFullAtOnce() throws Exception {
        List<Integer> records = recordsOf(CONFIG + "tls.public.record-size = full\n", "TLSv1.3");
        assertThat(records.subList(0, 4)).anyMatch(length -> length > 4096);
    }

    @Test
    void afterAPauseTheyAreSmallAgain() throws Exception {
        big();
        proxy.start(CONFIG);
        Relay wire = recording();
        try (RawClient client = RawClient.tls(wire.port(), site.offer())) {
            ask(client);
            int first = wire.records().size();
            assertThat(wire.records()).anyMatch(length -> length > 16_000);
            ask(client);
            List<Integer> again = wire.records().subList(first, wire.records().size());
            assertThat(again.subList(1, 4)).as("without a pause").anyMatch(length -> length > 4096);
            long pausedAt = System.nanoTime();
            Await.until(
                    () -> System.nanoTime() - pausedAt > Duration.ofMillis(1100).toNanos(), "a pause");
            int second = wire.records().size();
            ask(client);
            assertThat(wire.records().subList(second, second + 20)).allMatch(length -> length <= 1350 + AROUND);
        }
    }

    private List<Integer> recordsOf(String config, String version) throws Exception {
        big();
        proxy.start(config);
        Relay wire = recording();
        try (RawClient client = RawClient.tls(wire.port(), site.offer().protocols(version))) {
            int handshake = wire.records().size();
            ask(client);
            return wire.records().subList(handshake, wire.records().size());
        }
    }

    private Relay recording() throws IOException {
        Relay made = Relay.recording(proxy.port("https"));
        relay = made;
        return made;
    }

    /** The header, 16 bytes of tag, and the inner type or the explicit nonce. */
    private static int overhead(String version) {
        return version.equals("TLSv1.3") ? 5 + 16 + 1 : 5 + 16 + 8;
    }

    private void big() {
        proxy.origin().answer(Script.ok("x".repeat(BODY)));
    }

    private static void ask(RawClient client) throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
        RawResponse response = client.readResponse();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).hasSize(BODY);
    }
}
