package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an attacker sends, who knows the list of rules and looks beside it. After each attack nothing may be left in flight. */
class HostileWireTest {
    private static final String FORGED = "6.6.6.6";
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n";

    @RegisterExtension
    final ProxyExtension proxy = Site.product("timeouts.keep-alive = 20 s");

    private final Site site = new Site(proxy);

    @AfterEach
    void nothingIsLeftInFlight() {
        Await.until(() -> site.sum("portcullis_requests_in_flight") == 0, "nothing is in flight");
    }

    private RawRequest seen(String fields) throws Exception {
        assertThat(site.ask("GET / HTTP/1.1\r\n" + HOST + fields + "\r\n").status())
                .isEqualTo(200);
        return site.origin().awaitRequest();
    }

    /** Some servers make "_" of every byte of a name that is neither letter nor digit. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X!Forwarded!For",
                "X~Forwarded~For",
                "X-Forwarded+For",
                "X'Real'IP",
                "X|Original|URL",
                "X*Rewrite*URL",
                "Client^Cert",
                "X&Request&Id",
                "X`Forwarded`Host",
                "X#Forwarded$Proto",
                "X%Forwarded-For",
            })
    void noPunctuationHidesAnIdentityField(String name) throws Exception {
        RawRequest seen = seen(name + ": " + FORGED + "\r\nX-Kept: 1\r\n");
        assertThat(seen.head().raw()).doesNotContain(FORGED);
        assertThat(seen.value("X-Kept")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content!Length: 7", "Transfer~Encoding: chunked", "Content+Length: 7"})
    void noPunctuationHidesAFramingField(String field) throws Exception {
        assertThat(seen(field + "\r\n").head().raw().toLowerCase(Locale.ROOT))
                .doesNotContain("length")
                .doesNotContain("encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For\u00a0", "\u00a0X-Forwarded-For", "X-Forwarded\u00adFor", "Host\u00a0"})
    void aNameWithABlankOfAnotherAlphabetIsRefused(String name) throws Exception {
        RawResponse answer = site.ask("GET / HTTP/1.1\r\n" + HOST + name + ": " + FORGED + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(site.origin().connections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00a05", "5\u00a0", "\u00b2", "5\u0085"})
    void aLengthWithABlankOrDigitOfAnotherAlphabetIsRefused(String length) throws Exception {
        RawResponse answer =
                site.ask("POST / HTTP/1.1\r\n" + HOST + "Content-Length: " + length + "\r\n\r\nhello" + SMUGGLED);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(site.origin().connections()).isEmpty();
    }

    @Test
    void loopDetectionOfOthersCannotBeNamedAway() throws Exception {
        RawRequest seen = seen("Connection: CDN-Loop, Max-Forwards, Content-Encoding\r\n"
                + "CDN-Loop: other\r\nMax-Forwards: 3\r\nContent-Encoding: gzip\r\n");
        assertThat(seen.value("CDN-Loop")).isEqualTo("other");
        assertThat(seen.value("Max-Forwards")).isEqualTo("3");
        assertThat(seen.value("Content-Encoding")).isEqualTo("gzip");
    }

    @Test
    void viaTellsTheVersionOfEachRequestOfAConnection() throws Exception {
        try (RawClient client = site.client()) {
            client.send("GET / HTTP/1.0\r\n" + HOST + "Connection: keep-alive\r\n\r\n")
                    .readResponse();
            client.send(GET).readResponse();
        }
        List<RawRequest> seen = site.origin().awaitRequests(2);
        assertThat(seen.get(0).values("Via")).containsExactly("1.0 portcullis");
        assertThat(seen.get(1).values("Via")).containsExactly("1.1 portcullis");
    }

    @Test
    void aNominatedFieldDoesNotComeBackAsATrailer() throws Exception {
        RawResponse answer = site.ask("POST / HTTP/1.1\r\n" + HOST
                + "Connection: X-Hop\r\nX-Hop: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\na\r\n0\r\nX-Hop: 2\r\nX-Sum: 3\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        String received = site.origin().connections().getFirst().received();
        assertThat(received).doesNotContain("X-Hop").contains("X-Sum: 3");
    }

    /** RFC 9112 §9.6: who is still sending must not lose the answer in a reset. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\nX: ",
                "GET /",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\n: a\r\n\r\n",
            })
    void theRefusalOfAHeadIsNotLostInAReset(String begin) throws Exception {
        try (RawClient client = site.client()) {
            client.send(begin + "x".repeat(300_000)).send("y".repeat(300_000));
            assertThat(client.readResponse().status()).isIn(400, 414, 431);
            // After a reset the kernel would take nothing more.
            client.send("more").send("more");
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(site.origin().connections()).isEmpty();
    }

    @Test
    void aClientThatEndsAfterSeveralRequestsGetsAllAnswers() throws Exception {
        site.origin().respond(request -> {
            String target = request.target();
            return "HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target;
        });
        try (RawClient client = site.client()) {
            client.send(get("/1") + get("/2") + get("/3"));
            client.halfClose();
            for (String target : List.of("/1", "/2", "/3")) {
                assertThat(client.readResponse().body()).isEqualTo(target);
            }
            client.awaitClose();
        }
        site.nothingFailed();
    }

    @Test
    void aClientThatEndsWithinASecondRequestGetsTheFirstAnswer() throws Exception {
        try (RawClient client = site.client()) {
            client.send(get("/1") + "GET /2 HTTP/1.1\r\nHo");
            client.halfClose();
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.awaitClose();
        }
        assertThat(site.origin().requestCount()).isEqualTo(1);
    }

    @Test
    void aBodyThatNoAnswerAskedForIsNoRequest() throws Exception {
        site.origin().answer(Script.unread(turn -> turn.send("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n")));
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: " + SMUGGLED.length()
                    + "\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(417);
            client.send(SMUGGLED).awaitClose();
        }
        assertThat(site.origin().connections().getFirst().received()).doesNotContain("/smuggled");
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n";
    }
}
