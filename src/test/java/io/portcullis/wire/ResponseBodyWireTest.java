package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the bodies of responses end, and that no client takes a broken one for whole. */
class ResponseBodyWireTest {
    private static final String TWO_HUNDRED = "HTTP/1.1 200 OK\r\n";

    @RegisterExtension
    final ProxyExtension proxy = Site.product("");

    private final Site site = new Site(proxy);

    @Test
    void u02HeadHasNoBodyWhateverItsResponseSays() throws Exception {
        String head = TWO_HUNDRED + "Content-Length: 5\r\n\r\n";
        site.origin().answer(turn -> turn.send(head));
        try (RawClient client = site.client()) {
            RawResponse answer =
                    client.send("HEAD / HTTP/1.1\r\n" + HOST + "\r\n").readResponse("HEAD");
            assertThat(answer.values("Content-Length")).containsExactly("5");
            site.origin().answer(Script.ok("next"));
            assertThat(client.send(GET).readResponse().body()).isEqualTo("next");
        }
        assertThat(site.origin().awaitRequests(2)).hasSize(2);
        assertThat(site.origin().connections()).hasSize(1);
        site.nothingFailed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD / HTTP/1.1\r\n#HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "GET / HTTP/1.1\r\n#HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled",
                "GET / HTTP/1.1\r\n#HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello",
                "GET / HTTP/1.1\r\n#HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"
                        + "Content-Length: 8\r\n\r\nsmuggled",
            })
    void u02BytesAfterAResponseMakeTheConnectionUnusable(String play) throws Exception {
        String line = play.substring(0, play.indexOf('#'));
        site.origin().answer(turn -> turn.send(play.substring(play.indexOf('#') + 1)));
        try (RawClient client = site.client()) {
            client.send(line + HOST + "\r\n").readResponse(line.substring(0, line.indexOf(' ')));
            site.origin().connections().getFirst().awaitEnd();
            site.origin().answer(Script.ok("next"));
            assertThat(client.send(GET).readResponse().body()).isEqualTo("next");
        }
        assertThat(site.origin().awaitRequests(2).get(1).connection()).isEqualTo(1);
    }

    @Test
    void u03NoContentCarriesNoFraming() throws Exception {
        site.origin().respond("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nX-A: b\r\n\r\n");
        try (RawClient client = site.client()) {
            RawResponse answer = client.send(GET).readResponse();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.head().has("Content-Length")).isFalse();
            assertThat(answer.head().has("Transfer-Encoding")).isFalse();
            assertThat(answer.value("X-A")).isEqualTo("b");
            assertThat(client.send(GET).readResponse().status()).isEqualTo(204);
        }
        assertThat(site.origin().awaitRequests(2)).hasSize(2);
    }

    @Test
    void u03AnInterimResponseCarriesNoFraming() throws Exception {
        site.origin().respond("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 0\r\n\r\n" + Site.OK);
        try (RawClient client = site.client()) {
            RawHead hints = client.send(GET).readHead();
            assertThat(hints.startLine()).isEqualTo("HTTP/1.1 103 Early Hints");
            assertThat(hints.fields()).extracting(RawHead.Field::toString).containsExactly("Link: </a>");
            assertThat(client.readResponse().body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nIf-None-Match: x\r\n#HTTP/1.1 304 Not Modified",
                "HEAD / HTTP/1.1\r\n#HTTP/1.1 200 OK"
            })
    void u04TheLengthOfABodyThatDoesNotFollowIsPassedOn(String play) throws Exception {
        int hash = play.indexOf('#');
        site.origin().answer(turn -> turn.send(play.substring(hash + 1) + "\r\nContent-Length: 1234567\r\n\r\n"));
        RawResponse answer = site.ask(play.substring(0, hash) + HOST + "\r\n");
        assertThat(answer.values("Content-Length")).containsExactly("1234567");
        assertThat(answer.head().has("Transfer-Encoding")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n#HTTP/1.1 304 Not Modified", "HEAD / HTTP/1.1\r\n#HTTP/1.1 200 OK"})
    void u04NoLengthIsInventedWhereNoneIsKnown(String play) throws Exception {
        int hash = play.indexOf('#');
        site.origin().answer(turn -> turn.send(play.substring(hash + 1) + "\r\nETag: \"a\"\r\n\r\n"));
        RawResponse answer = site.ask(play.substring(0, hash) + HOST + "\r\n");
        assertThat(answer.head().has("Content-Length")).isFalse();
    }

    @Test
    void u06AResponseThatEndsWithItsConnectionGoesOutChunked() throws Exception {
        site.origin().respond(TWO_HUNDRED + "\r\nas long as it lasts");
        try (RawClient client = site.client()) {
            RawResponse answer = client.send(GET).readResponse();
            assertThat(answer.values("Transfer-Encoding")).containsExactly("chunked");
            assertThat(answer.body()).isEqualTo("as long as it lasts");
            client.send(GET).readResponse();
        }
        assertThat(site.origin().awaitRequests(2).get(1).connection()).isEqualTo(1);
        site.nothingFailed();
    }

    @Test
    void u06AResetInsteadOfTheEndIsNoEnd() throws Exception {
        site.origin().answer(turn -> {
            turn.send(TWO_HUNDRED + "\r\nhalf");
            turn.hang();
        });
        try (RawClient client = site.client()) {
            client.send(GET).readHead();
            assertThat(client.readExactly(7)).isEqualTo("4\r\nhalf");
            site.origin().connections().getFirst().reset();
            noProperEnd(client);
        }
        site.counted(FailureKind.RESPONSE_INCOMPLETE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                "Transfer-Encoding: chunked\r\n\r\na\r\nhello",
            })
    void f28ATruncatedResponseBreaksTheClientsToo(String rest) throws Exception {
        site.origin().answer(Script.partThenClose(TWO_HUNDRED + rest));
        try (RawClient client = site.client()) {
            RawHead head = client.send(GET).readHead();
            assertThat(head.startLine()).isEqualTo("HTTP/1.1 200 OK");
            noProperEnd(client);
        }
        site.counted(FailureKind.RESPONSE_INCOMPLETE);
        site.logged(FailureKind.RESPONSE_INCOMPLETE);
    }

    @Test
    void f28ATruncatedResponseIsNoEndForAnHttp10ClientEither() throws Exception {
        site.origin().answer(Script.partThenClose(TWO_HUNDRED + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"));
        try (RawClient client = site.client()) {
            client.send("GET / HTTP/1.0\r\n" + HOST + "\r\n").readHead();
            // Nothing but a reset can tell it from a whole one.
            assertThatThrownBy(client::readAll).isInstanceOf(IOException.class);
        }
        site.counted(FailureKind.RESPONSE_INCOMPLETE);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 1024, 1025, 30_000})
    void aChunkArrivesWholeBeforeTheNextIsThere(int size) throws Exception {
        String event = "e".repeat(size);
        site.origin().answer(turn -> turn.send(TWO_HUNDRED + "Transfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(size) + "\r\n" + event + "\r\n")
                .hang());
        try (RawClient client = site.client()) {
            client.send(GET).readHead();
            StringBuilder data = new StringBuilder();
            while (data.length() < size) {
                int length = Integer.parseInt(line(client), 16);
                data.append(client.readExactly(length));
                assertThat(client.readExactly(2)).isEqualTo("\r\n");
            }
            assertThat(data.toString()).isEqualTo(event);
            // An orderly close would mean that it only sends nothing more (rule R08).
            client.reset();
        }
    }

    private static String line(RawClient client) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            line.append(client.readExactly(1));
        }
        return line.substring(0, line.length() - 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\nhello\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n"})
    void f17ABodyWhoseChunksAreBrokenFromTheStartIsA502(String chunks) throws Exception {
        site.origin().answer(turn -> turn.send(TWO_HUNDRED + "Transfer-Encoding: chunked\r\n\r\n" + chunks)
                .hang());
        site.fails(GET, 502, FailureKind.BAD_RESPONSE);
        site.origin().connections().getFirst().awaitEnd();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\nhello\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n"})
    void f17ABodyWhoseChunksBreakLaterBreaksTheClientsToo(String chunks) throws Exception {
        site.origin().answer(turn -> turn.send(TWO_HUNDRED + "Transfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n")
                .hang());
        try (RawClient client = site.client()) {
            assertThat(client.send(GET).readHead().startLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(client.readExactly(9)).isEqualTo("4\r\ngood\r\n");
            site.origin().connections().getFirst().say(chunks);
            noProperEnd(client);
        }
        site.origin().connections().getFirst().awaitEnd();
        site.counted(FailureKind.BAD_RESPONSE);
    }

    /** What follows, be it with the head or without, is neither a last chunk nor the rest of a length. */
    private static void noProperEnd(RawClient client) {
        String rest;
        try {
            rest = client.readAll();
        } catch (IOException reset) {
            return;
        }
        String body = rest.substring(rest.indexOf("\r\n\r\n") < 0 ? 0 : rest.indexOf("\r\n\r\n") + 4);
        assertThat(body).doesNotContain("0\r\n").hasSizeLessThan(20);
    }
}
