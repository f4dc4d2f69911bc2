package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What endpoints say that no client may hear as it stands. */
class BadResponseWireTest {
    private static final String TWO_HUNDRED = "HTTP/1.1 200 OK\r\n";

    @RegisterExtension
    final ProxyExtension proxy = Site.product("");

    private final Site site = new Site(proxy);

    private void refused(String response) throws Exception {
        refused(response, FailureKind.BAD_RESPONSE);
    }

    /** 502 for it, and its connection is not used again. */
    private void refused(String response, FailureKind kind) throws Exception {
        site.origin().answer(turn -> turn.send(response).hang());
        RawResponse answer = site.fails(GET, 502, kind);
        assertThat(answer.body()).doesNotContain("smuggled");
        site.origin().connections().getFirst().awaitEnd();
        site.origin().answer(Script.ok("fine"));
        assertThat(site.ask(GET).body()).isEqualTo("fine");
        assertThat(site.origin().requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            })
    void u01RefusesAResponseWithTwoFramings(String fields) throws Exception {
        refused(TWO_HUNDRED + fields + "\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5\r\nContent-Length: 5\r\n",
                "Content-Length: 5, 5\r\n",
                "Content-Length: +5\r\n",
                "Content-Length: -5\r\n",
                "Content-Length: 0x5\r\n",
                "Content-Length: 5 5\r\n",
                "Content-Length:\r\n",
                "Content-Length: 99999999999999999999\r\n",
            })
    void u01RefusesAResponseWithABadContentLength(String fields) throws Exception {
        refused(TWO_HUNDRED + fields + "\r\nhello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "gzip, chunked", "chunked, chunked", "identity", "xchunked"})
    void u01RefusesAResponseWithATransferCodingOtherThanChunked(String coding) throws Exception {
        refused(TWO_HUNDRED + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n",
                "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/0.9 200 OK\r\nContent-Length: 0\r\n\r\n",
                "ICY 200 OK\r\nContent-Length: 0\r\n\r\n",
                "garbage\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
            })
    void u07RefusesAMalformedStatusLine(String response) throws Exception {
        refused(response);
    }

    @Test
    void u07RefusesAReplyWithoutAHead() throws Exception {
        site.origin().answer(Script.partThenClose("<html>an answer of HTTP/0.9</html>\r\n"));
        RawResponse answer = site.ask(GET);
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).doesNotContain("HTTP/0.9");
        Await.until(() -> site.failures("side=\"upstream\"") == 1, "one failure of the upstream");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-A: a\u0000b\r\n",
                "X-A: a\rb\r\n",
                "X A: b\r\n",
                ": b\r\n",
                "no colon\r\n",
            })
    void f13RefusesAResponseWithAFieldThatIsNone(String field) throws Exception {
        refused(TWO_HUNDRED + field + "Content-Length: 0\r\n\r\n");
    }

    @Test
    void l01RefusesAResponseHeadThatIsTooLarge() throws Exception {
        refused(
                TWO_HUNDRED + "X-A: " + "a".repeat(40 * 1024) + "\r\nContent-Length: 0\r\n\r\n",
                FailureKind.RESPONSE_HEAD_TOO_LARGE);
    }

    @Test
    void l01RefusesAResponseWithTooManyFields() throws Exception {
        refused(
                TWO_HUNDRED + "X-A: a\r\n".repeat(300) + "Content-Length: 0\r\n\r\n",
                FailureKind.RESPONSE_HEAD_TOO_LARGE);
    }

    @Test
    void h02TurnsAChallengeToTheProxyInto502() throws Exception {
        site.origin().respond("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=inner\r\nContent-Length: 0\r\n\r\n");
        RawResponse answer = site.fails(GET, 502, FailureKind.BAD_RESPONSE);
        assertThat(answer.head().has("Proxy-Authenticate")).isFalse();
    }
}
