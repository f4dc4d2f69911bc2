package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
import static io.portcullis.wire.Stage.SMUGGLED;
import static io.portcullis.wire.Stage.cases;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where one request ends and the next begins, and what becomes of messages that never end (RFC 9112 §6.3, §8, §9). */
class BodyEndsWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY =
            Stage.product("routes = [ { upstream = app }, { path = \"/own\", respond { body = \"own\" } } ]");

    private static final String POST = "POST /victim HTTP/1.1\r\n" + HOST;

    private final Stage stage = new Stage(PROXY);

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "OPTIONS"})
    void f19ARequestWithoutFramingHasNoBody(String method) throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            client.send(method + " /first HTTP/1.1\r\n" + HOST + "\r\nGET /second HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(before.requestsSince(2)).extracting(RawRequest::target).containsExactly("/first", "/second");
        assertThat(before.requestsSince(2)).extracting(RawRequest::body).containsExactly("", "");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenHeads")
    void f20ReadsNothingAfterABrokenHead(String name, String bytes) throws Exception {
        stage.refuses(400, bytes + SMUGGLED + SMUGGLED);
    }

    static List<Arguments> brokenHeads() {
        return cases(
                "two framings", POST + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "two lengths", POST + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
                "bad length", POST + "Content-Length: 0x0\r\n\r\n",
                "bad name", "GET /victim HTTP/1.1\r\n" + HOST + "X(: a\r\n\r\n",
                "no host", "GET /victim HTTP/1.1\r\n\r\n",
                "bad path", "GET /victim/../a HTTP/1.1\r\n" + HOST + "\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void f20ReadsNothingAfterABrokenBody(String name, String body) throws Exception {
        stage.refusesBody(400, POST + "Transfer-Encoding: chunked\r\n\r\n" + body + SMUGGLED + SMUGGLED);
    }

    static List<Arguments> brokenBodies() {
        return cases(
                "bad size", "zz\r\n\r\n0\r\n\r\n",
                "bad end of a chunk", "1\r\naXX0\r\n\r\n",
                "after whole chunks", "1\r\na\r\n1\r\nb\r\n-1\r\n\r\n0\r\n\r\n");
    }

    @Test
    void f20ClosesAfterABrokenRequestThatFollowsAGoodOne() throws Exception {
        try (RawClient client = stage.client()) {
            client.send("GET /a HTTP/1.1\r\n" + HOST + "\r\nGET /b HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SMUGGLED);
            assertThat(client.readResponse().status()).isEqualTo(200);
            Stage.holdsRefusal(client.readResponse(), 400);
            client.awaitClose();
        }
    }

    @Test
    void f21TakesBytesBehindABodyForTheNextRequest() throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            client.send("POST /first HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabcGET /second HTTP/1.1\r\n"
                    + HOST + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(before.requestsSince(2)).extracting(RawRequest::target).containsExactly("/first", "/second");
        assertThat(before.requestsSince(2)).extracting(RawRequest::body).containsExactly("abc", "");
    }

    @Test
    void f21ClosesWhenTheyAreNone() throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            client.send(
                    "POST /first HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc\0\1\2junk\r\n\r\n" + SMUGGLED);
            assertThat(client.readResponse().status()).isEqualTo(200);
            Stage.holdsRefusal(client.readResponse(), 400);
            client.awaitClose();
        }
        stage.sentinel();
        assertThat(before.requestsSince(2)).extracting(RawRequest::target).containsExactly("/first", Sight.SENTINEL);
    }

    @Test
    void f22AnswersPipelinedRequestsInOrder() throws Exception {
        answersInOrder("GET /%d HTTP/1.1\r\n" + HOST + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\n\r\nGET ",
                "Content-Length: 0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n0\r\n\r\n"
            })
    void f22AnswersPipelinedRequestsWithBodiesInOrder(String lengthAndBody) throws Exception {
        answersInOrder("POST /%d HTTP/1.1\r\n" + HOST + lengthAndBody);
    }

    private void answersInOrder(String request) throws Exception {
        Sight before = Sight.of(stage.origin());
        stage.origin()
                .respond(seen ->
                        "HTTP/1.1 200 OK\r\nContent-Length: " + seen.target().length() + "\r\n\r\n" + seen.target());
        stage.origin().hold();
        try (RawClient client = stage.client()) {
            StringBuilder bytes = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                bytes.append(request.formatted(i));
            }
            client.send(bytes.toString());
            assertThat(before.requestsSince(1)).hasSize(1);
            stage.origin().release();
            for (int i = 0; i < 10; i++) {
                assertThat(client.readResponse().body()).isEqualTo("/" + i);
            }
        }
        assertThat(before.requestsSince(10)).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS"})
    void f23ForwardsAnUnusualBodyWhole(String method) throws Exception {
        stage.origin().respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        RawRequest sized = stage.passes(method + " /a HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello");
        assertThat(sized.body()).isEqualTo("hello");
        RawRequest chunked = stage.passes(
                method + " /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        assertThat(chunked.body()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS", "POST"})
    void f23NeverLeavesABodyInTheBuffer(String method) throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            client.send(method + " /own HTTP/1.1\r\n" + HOST + "Content-Length: " + SMUGGLED.length() + "\r\n\r\n"
                    + SMUGGLED);
            RawResponse answer = client.readResponse(method);
            assertThat(answer.status()).isEqualTo(200);
            if (answer.values("Connection").contains("close")) {
                client.awaitClose();
            } else {
                client.send("GET /own HTTP/1.1\r\n" + HOST + "\r\n");
                assertThat(client.readResponse().body()).isEqualTo("own");
            }
        }
        stage.sentinel();
        before.isFollowedBySentinelOnly();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headsThatStop")
    void f28DoesNotForwardAHeadThatNeverEnds(String name, String part) throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            client.send(part).halfClose();
            assertThat(client.readAll()).doesNotContain("200 OK");
        }
        stage.sentinel();
        before.isFollowedBySentinelOnly();
    }

    static List<Arguments> headsThatStop() {
        return cases(
                "in the method", "GE",
                "in the target", "GET /vic",
                "after the request line", "GET /victim HTTP/1.1\r\n",
                "in a field", "GET /victim HTTP/1.1\r\nHost: exam",
                "after a field", "GET /victim HTTP/1.1\r\n" + HOST,
                "before the last byte", "GET /victim HTTP/1.1\r\n" + HOST + "\r");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodiesThatStop")
    void f28DoesNotForwardAStoppedBodyAsWhole(String name, String request) throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            client.send(request);
            stage.origin().awaitHeads(before.heads() + 1);
            client.halfClose();
            assertThat(client.readAll()).doesNotContain("200 OK");
        }
        stage.sentinel();
        before.isFollowedByNoWholeVictim();
    }

    static List<Arguments> bodiesThatStop() {
        return cases(
                "length, no byte", POST + "Content-Length: 3\r\n\r\n",
                "length, one byte short", POST + "Content-Length: 3\r\n\r\nab",
                "chunked, no chunk", POST + "Transfer-Encoding: chunked\r\n\r\n",
                "chunked, in a chunk", POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
                "chunked, after a chunk", POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "chunked, after the last size", POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
                "chunked, in a trailer", POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-A: b",
                "chunked, after a trailer", POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-A: b\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stoppedResponses")
    void f28BreaksTheClientsResponseWithTheOrigins(String name, String part) throws Exception {
        stage.origin().answer(Script.partThenClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + part));
        try (RawClient client = stage.client()) {
            client.send("GET /a HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.readHead().value("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(client.readAll()).doesNotContain("0\r\n\r\n");
        }
        restored();
    }

    static List<Arguments> stoppedResponses() {
        return cases(
                "no chunk", "",
                "in a chunk", "5\r\nhel",
                "after a chunk", "5\r\nhello\r\n",
                "after the last size", "5\r\nhello\r\n0\r\n",
                "in a trailer", "5\r\nhello\r\n0\r\nX-A: b\r\n");
    }

    @Test
    void f29PassesAResponseThatIsTooShortOnAsBroken() throws Exception {
        stage.origin().answer(Script.partThenClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"));
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            client.send("GET /a HTTP/1.1\r\n" + HOST + "\r\n");
            RawHead head = client.readHead();
            assertThat(head.value("Content-Length")).isEqualTo("10");
            assertThat(client.readAll()).isEqualTo("hello");
        }
        int broken = before.requestsSince(1).getFirst().connection();
        stage.origin().connections().get(broken).awaitEnd();
        restored();
        assertThat(before.requestsSince(2).get(1).connection()).isNotEqualTo(broken);
    }

    @Test
    void f29DoesNotPoolTheConnectionOfARequestThatIsTooShort() throws Exception {
        Sight before = Sight.of(stage.origin());
        try (RawClient client = stage.client()) {
            client.send(POST + "Content-Length: 10\r\n\r\nhello");
            stage.origin().awaitHeads(before.heads() + 1);
        }
        restored();
        before.isFollowedByNoWholeVictim();
    }

    private void restored() throws IOException {
        stage.origin().answer(Script.ok("ok"));
        stage.sentinel();
    }
}
