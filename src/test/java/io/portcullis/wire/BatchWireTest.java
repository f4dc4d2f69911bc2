package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static io.portcullis.wire.Site.OK;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.OriginConnection;
import io.portcullis.testkit.OwnProcess;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What comes at once is handled as one batch, whose output leaves at its end: nothing may be lost, late or out of order for it. The product
 * stands still while it comes.
 */
@NeedsProgram("kill")
class BatchWireTest {
    private static final int PLAIN = Ports.free();
    private static final int SECURE = Ports.free();
    private static final int ADMIN = Ports.free();
    private static final OwnProcess PRODUCT = new OwnProcess(Map.of("plain", PLAIN, "https", SECURE, "admin", ADMIN));
    private static final String OWN = "GET /own HTTP/1.1\r\n" + HOST + "\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";

    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension(PRODUCT);

    private static HttpsSite site;

    @BeforeAll
    static void start() throws Exception {
        site = HttpsSite.of(PROXY);
        PROXY.word("plain", PLAIN).word("secure", SECURE).word("admin", ADMIN);
        PROXY.start(
                """
                runtime.event-loops = 1
                listeners {
                  plain { bind = "127.0.0.1:{plain}", h2c = on }
                  https { bind = "127.0.0.1:{secure}", tls = site }
                }
                tls.site { certificates = [ { chain = "site.pem", key = "site.key" } ] }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { path = "/own", respond { body = "own" } }, { upstream = app } ]
                limits.connections-per-address = 5000
                access-log { format = off }
                admin.bind = "127.0.0.1:{admin}"
                """);
    }

    @Test
    void hundredsOfRequestsThatComeAtOnceAreAllAnswered() throws Exception {
        PROXY.origin().answer(Script.ok("from afar"));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            clients.add(plain());
        }
        PRODUCT.hold(() -> {
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).send(i % 2 == 0 ? OWN : GET);
            }
        });
        for (int i = 0; i < clients.size(); i++) {
            try (RawClient client = clients.get(i)) {
                assertThat(client.readResponse().body()).isEqualTo(i % 2 == 0 ? "own" : "from afar");
            }
        }
    }

    @Test
    void r08WhoAsksAndEndsItsHalfAtOnceGetsAnswerAndEnd() throws Exception {
        PROXY.origin().answer(Script.ok("from afar"));
        for (String request : List.of(OWN, GET)) {
            try (RawClient client = plain()) {
                PRODUCT.hold(() -> client.send(request).halfClose());
                assertThat(client.readResponse().status()).isEqualTo(200);
                assertThat(client.readAll()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLastAnswerComesWholeThoughTheClientSentMore(boolean tls) throws Exception {
        PROXY.origin().answer(Script.ok("x".repeat(100_000)));
        try (RawClient client = tls ? site.client() : plain()) {
            PRODUCT.hold(() -> client.send(LAST + "and more than anybody reads ".repeat(1_000)));
            assertThat(client.readResponse().body()).hasSize(100_000);
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void r09ATunnelsLastBytesReachBothSidesThoughBothEndAtOnce() throws Exception {
        CompletableFuture<OriginConnection> at = new CompletableFuture<>();
        PROXY.origin().answer(Script.unread(turn -> {
            at.complete(turn.connection());
            turn.send(WebSocketWireTest.ACCEPT).echoRaw();
        }));
        try (RawClient client = plain()) {
            client.send(WebSocketWireTest.ASK);
            assertThat(client.readHead().startLine()).contains(" 101 ");
            OriginConnection far = at.get(10, TimeUnit.SECONDS);
            PRODUCT.hold(() -> {
                client.send("last words of the client").halfClose();
                far.say("last words of the origin");
            });
            assertThat(client.readAll()).isEqualTo("last words of the origin" + "last words of the client");
            far.awaitEnd();
            assertThat(far.received()).endsWith("last words of the client");
        }
    }

    @Test
    void theOriginsLastBytesComeBeforeItsEndInATunnel() throws Exception {
        try (RawClient client = plain()) {
            PROXY.origin().answer(Script.unread(turn -> {
                turn.send(WebSocketWireTest.ACCEPT).readSome(1);
                turn.send("x".repeat(200_000) + "bye").close();
            }));
            client.send(WebSocketWireTest.ASK);
            assertThat(client.readHead().startLine()).contains(" 101 ");
            PRODUCT.hold(() -> client.send("go"));
            assertThat(client.readAll()).hasSize(200_003).endsWith("bye");
        }
    }

    @Test
    void aFaultBehindRequestsOfOneConnectionComesBehindTheirAnswers() throws Exception {
        try (RawHttp2 client = RawHttp2.plain(PLAIN)) {
            client.ping();
            PRODUCT.hold(() -> {
                client.get("/own");
                client.send(RawFrame.data(99, true, new byte[1]));
            });
            assertThat(client.goAwayAndClose()).isEqualTo("PROTOCOL_ERROR");
            assertThat(client.soFar(1).body()).isEqualTo("own");
        }
    }

    @Test
    void aStreamThatIsTakenBackInTheBatchOfItsRequestHarmsNoOther() throws Exception {
        PROXY.origin().answer(Script.ok("from afar"));
        try (RawHttp2 client = RawHttp2.tls(SECURE, site.offer())) {
            client.ping();
            List<Integer> kept = new ArrayList<>();
            PRODUCT.hold(() -> {
                for (int i = 0; i < 20; i++) {
                    kept.add(client.get(i % 2 == 0 ? "/own" : "/"));
                    int given = client.open(i % 4 == 0, RawBlock.request(i % 4 == 0 ? "GET" : "POST", "/"));
                    client.send(RawFrame.reset(given, "CANCEL"));
                }
                client.send(RawFrame.ping());
            });
            for (int i = 0; i < kept.size(); i++) {
                assertThat(client.answer(kept.get(i)).body()).isEqualTo(i % 2 == 0 ? "own" : "from afar");
            }
            client.ping();
        }
    }

    @Test
    void whoSaysGoodByeWithItsLastRequestIsAnswered() throws Exception {
        PROXY.origin().answer(Script.ok("from afar"));
        try (RawHttp2 client = RawHttp2.tls(SECURE, site.offer())) {
            client.ping();
            int[] stream = new int[1];
            PRODUCT.hold(() -> {
                stream[0] = client.get("/");
                client.send(RawFrame.ofInts(RawFrame.GOAWAY, 0, 0, 0, 0));
            });
            assertThat(client.answer(stream[0]).body()).isEqualTo("from afar");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHandshakeThatFailsInABatchStillTellsWhy(boolean hangsUp) throws Exception {
        List<RawClient> bad = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            bad.add(RawClient.plain(SECURE));
        }
        byte[] hello = Hellos.ofJdk("nobody.test");
        PRODUCT.hold(() -> {
            for (RawClient each : bad) {
                each.sendBytes(hello);
                if (hangsUp) {
                    each.halfClose();
                }
            }
        });
        for (RawClient each : bad) {
            try (each) {
                assertThat(each.readExactly(7)).isEqualTo("\u0015\u0003\u0003\u0000\u0002\u0002p");
                assertThat(each.readAll()).isEmpty();
            }
        }
    }

    @Test
    void whatAPooledConnectionsEndOvertakesIsAskedAgain() throws Exception {
        PROXY.origin().answer(Script.ok("from afar"));
        try (RawClient client = plain()) {
            for (boolean reset : List.of(false, true)) {
                assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
                PRODUCT.hold(() -> {
                    client.send(GET);
                    for (OriginConnection each : PROXY.origin().connections()) {
                        if (!each.hasEnded()) {
                            end(each, reset);
                        }
                    }
                });
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void anOriginThatResetsWithinTheBatchOfABodysPartFailsThatExchangeAlone() throws Exception {
        CompletableFuture<OriginConnection> at = new CompletableFuture<>();
        PROXY.origin().answer(Script.unread(turn -> {
            at.complete(turn.connection());
            turn.swallowBody();
        }));
        try (RawClient client = plain();
                RawClient other = plain()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1000\r\n\r\nbegins");
            OriginConnection far = at.get(10, TimeUnit.SECONDS);
            Await.until(() -> far.received().endsWith("begins"), "the beginning at the origin");
            PRODUCT.hold(() -> {
                client.send("x".repeat(500));
                end(far, true);
                other.send(OWN);
            });
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(other.readResponse().body()).isEqualTo("own");
        }
    }

    @Test
    void e05A100ComesBeforeTheBodyIsSentWhateverElseIsDone() throws Exception {
        PROXY.origin().answer(Script.unread(turn -> {
            if (turn.head().has("expect")) {
                turn.send("HTTP/1.1 100 Continue\r\n\r\n");
            }
            turn.request();
            turn.respond(OK);
        }));
        List<RawClient> others = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            others.add(plain());
        }
        try (RawClient client = plain()) {
            PRODUCT.hold(() -> {
                client.send("POST / HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
                for (RawClient each : others) {
                    each.send(GET);
                }
            });
            assertThat(client.readHead().startLine()).contains(" 100 ");
            assertThat(client.send("abc").readResponse().body()).isEqualTo("ok");
        }
        for (RawClient each : others) {
            try (each) {
                assertThat(each.readResponse().status()).isEqualTo(200);
            }
        }
    }

    private static RawClient plain() throws Exception {
        return RawClient.plain(PLAIN);
    }

    private static void end(OriginConnection connection, boolean reset) throws Exception {
        if (reset) {
            connection.reset();
        } else {
            connection.close();
        }
    }
}
