package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.OcspAnswer;
import io.portcullis.testkit.OcspResponder;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What bad OCSP responders bring about: a word in the meter, a sentence in the log, and no failed handshake. */
class OcspFaultsWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public {
              certificates = [ { chain = "stapled.pem", key = "stapled.key" } ]
              ocsp.timeout = 500 ms
            }
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;

    private static final Map<String, BiConsumer<OcspFaultsWireTest, OcspResponder>> BAD = Map.ofEntries(
            Map.entry("timeout", (test, responder) -> responder.fallSilent()),
            Map.entry("unreachable", (test, responder) -> responder.close()),
            Map.entry("http_status", (test, responder) -> responder.status(503)),
            Map.entry("too_large", (test, responder) -> responder.answers(serial -> new byte[4 << 20])),
            Map.entry("malformed", (test, responder) -> responder.answers(serial -> new byte[] {0x30, 3, 1, 2})),
            Map.entry("try_later", (test, responder) -> responder.answers(serial -> OcspAnswer.error(3))),
            Map.entry("refused", (test, responder) -> responder.answers(serial -> OcspAnswer.error(6))),
            Map.entry(
                    "wrong_certificate",
                    (test, responder) -> responder.answers(serial -> test.good().of(serial.add(BigInteger.ONE)))),
            Map.entry(
                    "wrong_signer",
                    (test, responder) -> responder.answers(
                            serial -> test.good().signedBy(test.leaf("liar")).of(serial))),
            Map.entry(
                    "stale",
                    (test, responder) -> responder.answers(serial -> test.good()
                            .valid(Duration.ofDays(-8), Duration.ofMinutes(-1))
                            .of(serial))),
            Map.entry(
                    "not_yet_valid",
                    (test, responder) -> responder.answers(serial -> test.good()
                            .valid(Duration.ofDays(1), Duration.ofDays(8))
                            .of(serial))),
            Map.entry(
                    "no_next_update",
                    (test, responder) -> responder.answers(serial ->
                            test.good().valid(Duration.ofHours(-1), null).of(serial))),
            Map.entry(
                    "unknown",
                    (test, responder) ->
                            responder.answers(serial -> test.good().unknown().of(serial))),
            Map.entry(
                    "revoked",
                    (test, responder) ->
                            responder.answers(serial -> test.good().revoked().of(serial))));

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private HttpsSite site;
    private OcspResponder responder;

    @BeforeEach
    void begin() throws Exception {
        site = HttpsSite.of(proxy);
        responder = OcspResponder.that(serial -> good().of(serial));
        lines.start();
        log().addAppender(lines);
    }

    @AfterEach
    void end() {
        log().detachAppender(lines);
        responder.close();
    }

    private static Logger log() {
        return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    }

    private boolean said(String words) {
        return List.copyOf(lines.list).stream()
                .anyMatch(line -> line.getLevel() == Level.WARN
                        && line.getFormattedMessage().contains(words));
    }

    static Set<String> reasons() {
        return BAD.keySet();
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void s14ABadAnswerIsNamedAndFailsNoHandshake(String reason) throws Exception {
        site.authority()
                .leaf("example.com")
                .responder(responder.address())
                .mustStaple()
                .write("stapled");
        Objects.requireNonNull(BAD.get(reason)).accept(this, responder);
        proxy.start(CONFIG);
        shakeHands();
        Await.until(() -> sum("portcullis_ocsp_answers_total", "result=\"" + reason + "\"") >= 1, reason);
        shakeHands();
        Await.until(() -> said("(" + reason + "); nothing is stapled"), "a line in the log");
        assertThat(page()).contains("\"staple\":null").contains("\"reason\":\"" + reason + "\"");
        Await.until(
                () -> sum("portcullis_certificate_staple_missing", "certificate=\"public:stapled.pem\"") == 1,
                "the alarm that a staple is missing");
        assertThat(proxy.scrape().sum("portcullis_tls_handshake_failures_total"))
                .isZero();
    }

    private OcspAnswer good() {
        return OcspAnswer.of(site.authority());
    }

    private TestLeaf leaf(String name) {
        return site.authority().leaf(name).write(name);
    }

    private void shakeHands() throws IOException {
        try (RawClient client = site.client()) {
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    private double sum(String name, String label) {
        try {
            return proxy.scrape().sum(name, label);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String page() throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            client.send("GET /certificates HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return client.readResponse().body();
        }
    }
}
