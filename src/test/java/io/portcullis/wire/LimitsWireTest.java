package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
import static io.portcullis.wire.Stage.SMUGGLED;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is one too many: each limit has its own status and its own kind in {@code portcullis_failures_total}. */
class LimitsWireTest {
    private static final int LINE = 200;
    private static final int HEADER_BYTES = 1024;
    private static final int HEADER_COUNT = 10;
    private static final int BODY = 1000;
    private static final long MEBIBYTE = 1024 * 1024;

    @RegisterExtension
    static final ProxyExtension PROXY = Stage.product(
            """
            routes = [ { upstream = app } ]
            limits {
              request-line = 200 B
              header-bytes = 1024 B
              header-count = 10
              request-body = 1000 B
            }
            """);

    private static final String GET = "GET /victim HTTP/1.1\r\n" + HOST;
    private static final String POST = "POST /victim HTTP/1.1\r\n" + HOST;
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    private final Stage stage = new Stage(PROXY);

    @Test
    void l01PassesARequestLineOfExactlyTheLimit() throws Exception {
        assertThat(stage.passes(line(LINE) + "\r\n" + HOST + "\r\n").head().startLine())
                .hasSize(LINE);
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void l01AnswersALongerRequestLineWith414(Stage.Hop hop) throws Exception {
        double before = counted("request_line_too_long");
        stage.refuses(hop, 414, line(LINE + 1) + "\r\n" + HOST + "\r\n" + SMUGGLED);
        stage.refuses(hop, 414, line(100 * LINE) + "\r\n" + HOST + "\r\n" + SMUGGLED);
        assertThat(counted("request_line_too_long")).isEqualTo(before + 2);
    }

    @Test
    void l01AnswersARequestLineThatNeverEndsWith414() throws Exception {
        stage.refuses(414, line(LINE * 10).substring(0, LINE * 5));
    }

    private static String line(int length) {
        String rest = "GET / HTTP/1.1";
        return "GET /" + "a".repeat(length - rest.length()) + " HTTP/1.1";
    }

    @Test
    void l01PassesFieldsBelowTheLimit() throws Exception {
        assertThat(stage.passes(GET + "X-A: " + "b".repeat(HEADER_BYTES - 200) + "\r\n\r\n")
                        .value("X-A"))
                .hasSize(HEADER_BYTES - 200);
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void l01AnswersALargeFieldWith431(Stage.Hop hop) throws Exception {
        double before = counted("request_head_too_large");
        stage.refuses(hop, 431, GET + "X-A: " + "b".repeat(HEADER_BYTES) + "\r\n\r\n" + SMUGGLED);
        stage.refuses(hop, 431, GET + "X".repeat(HEADER_BYTES) + ": b\r\n\r\n" + SMUGGLED);
        assertThat(counted("request_head_too_large")).isEqualTo(before + 2);
    }

    @Test
    void l01AnswersAFieldThatNeverEndsWith431() throws Exception {
        stage.refuses(431, GET + "X-A: " + "b".repeat(3 * HEADER_BYTES));
    }

    @Test
    void l01AnswersManyLargeFieldsWith431() throws Exception {
        String field = "X-A: " + "b".repeat(HEADER_BYTES / 4) + "\r\n";
        stage.refuses(431, GET + field.repeat(5) + "\r\n" + SMUGGLED);
    }

    @Test
    void l01PassesExactlyAsManyFieldsAsTheLimit() throws Exception {
        stage.passes(GET + "X-A: b\r\n".repeat(HEADER_COUNT - 1) + "\r\n");
    }

    @Test
    void l01AnswersMoreFieldsWith431() throws Exception {
        double before = counted("request_head_too_large");
        stage.refuses(431, GET + "X-A: b\r\n".repeat(HEADER_COUNT) + "\r\n" + SMUGGLED);
        stage.refuses(431, GET + "a:\r\n".repeat(HEADER_COUNT * 10) + "\r\n" + SMUGGLED);
        assertThat(counted("request_head_too_large")).isEqualTo(before + 2);
    }

    @Test
    void l01PassesABodyOfExactlyTheLimit() throws Exception {
        String body = "x".repeat(BODY);
        assertThat(stage.passes(POST + "Content-Length: " + BODY + "\r\n\r\n" + body)
                        .body())
                .isEqualTo(body);
        assertThat(stage.passes(CHUNKED + "3e8\r\n" + body + "\r\n0\r\n\r\n").body())
                .isEqualTo(body);
    }

    @Test
    void l01AnswersAnAnnouncedLargerBodyWith413BeforeReadingIt() throws Exception {
        double before = counted("request_body_too_large");
        stage.refuses(413, POST + "Content-Length: " + (BODY + 1) + "\r\n\r\n");
        stage.refuses(413, POST + "Content-Length: " + (BODY + 1) + "\r\n\r\n" + "x".repeat(BODY + 1) + SMUGGLED);
        stage.refuses(413, POST + "Content-Length: 9223372036854775807\r\n\r\n");
        assertThat(counted("request_body_too_large")).isEqualTo(before + 3);
    }

    @Test
    void l01AnswersALargerChunkedBodyWith413() throws Exception {
        double before = counted("request_body_too_large");
        stage.refusesBody(413, CHUNKED + "3e9\r\n" + "x".repeat(BODY + 1) + "\r\n0\r\n\r\n" + SMUGGLED);
        stage.refusesBody(413, CHUNKED + "1\r\nx\r\n".repeat(BODY + 1) + "0\r\n\r\n" + SMUGGLED);
        assertThat(counted("request_body_too_large")).isEqualTo(before + 2);
    }

    @Test
    void l01RefusesALongChunkExtension() throws Exception {
        stage.refusesBody(400, CHUNKED + "3;a=" + "b".repeat(64 * 1024) + "\r\nabc\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void l01RefusesManyChunkExtensions() throws Exception {
        String chunk = "1;" + "a".repeat(100) + "\r\nx\r\n";
        stage.refusesBody(400, CHUNKED + chunk.repeat(900) + "0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void l01RefusesALongLineOfZerosAsChunkSize() throws Exception {
        stage.refusesBody(400, CHUNKED + "0".repeat(4096) + "3\r\nabc\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void l01AnswersLargeTrailersWith431() throws Exception {
        stage.refusesBody(
                431, CHUNKED + "3\r\nabc\r\n0\r\nX-A: " + "b".repeat(2 * HEADER_BYTES) + "\r\n\r\n" + SMUGGLED);
    }

    @Test
    void l01AnswersManyTrailersWith431() throws Exception {
        stage.refusesBody(431, CHUNKED + "3\r\nabc\r\n0\r\n" + "a: b\r\n".repeat(HEADER_COUNT + 1) + "\r\n" + SMUGGLED);
    }

    @Test
    void f22StopsReadingAtTheCap() throws Exception {
        Sight before = Sight.of(stage.origin());
        stage.origin().hold();
        byte[] requests = (GET + "\r\n").repeat(300).getBytes(StandardCharsets.US_ASCII);
        try (RawClient client = stage.client()) {
            long most = 64 * MEBIBYTE;
            assertThat(client.flood(requests, most, Duration.ofMillis(300))).isLessThan(most);
            assertThat(before.requestsSince(1)).hasSize(1);
            stage.origin().release();
            for (int i = 0; i < 50; i++) {
                RawResponse answer = client.readResponse();
                assertThat(answer.status()).isEqualTo(200);
            }
        }
    }

    private static double counted(String kind) throws Exception {
        return PROXY.scrape().sum("portcullis_failures_total", "kind=\"" + kind + "\"");
    }
}
