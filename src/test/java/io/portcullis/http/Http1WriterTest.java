package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.portcullis.http.Http1Writer.BodyCoding;
import io.portcullis.http.Http1Writer.Closing;
import io.portcullis.net.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class Http1WriterTest {
    private static final ForwardedFields NOBODY =
            ForwardedFields.of("192.0.2.1", "", "example.com", Protocol.HTTP_1_1, List.of());
    private static final RequestHead GET = Heads.request("GET", "/", 0);

    private final ByteWriter out = new ByteWriter();
    private final Http1Writer writer = new Http1Writer("edge");

    private String written() {
        ByteBuf buffer = out.toBuffer(UnpooledByteBufAllocator.DEFAULT);
        String text = buffer.toString(StandardCharsets.ISO_8859_1);
        buffer.release();
        return text;
    }

    private String request(RequestHead head) {
        Http1Writer.request(out, head, NOBODY, "id-1", "10.0.0.5:8080");
        return written();
    }

    private String response(ResponseHead head, RequestHead request, BodyCoding coding) {
        return response(head, request, new Closing(coding, false, false, "id-1", null, false));
    }

    private String response(ResponseHead head, RequestHead request, Closing closing) {
        writer.response(out, head, request, closing, new HttpDate());
        return written().replaceFirst("Date: [^\r]+", "Date: now");
    }

    private static Closing closing(@Nullable String hsts, boolean backendHsts) {
        return new Closing(BodyCoding.LENGTH, false, false, null, hsts, backendHsts);
    }

    @Test
    void aRequestIsBuiltAnew() {
        assertThat(request(Heads.request("POST", "/a//;c?b=%20", 3, "X-A: b")))
                .isEqualTo(
                        "POST /a//;c?b=%20 HTTP/1.1\r\nHost: example.com\r\nX-A: b\r\nX-Request-Id: id-1\r\nContent-Length: 3\r\n\r\n");
    }

    @Test
    void aBodyOfUnknownLengthIsChunked() {
        assertThat(request(Heads.request("PUT", "/", RequestHead.UNKNOWN_LENGTH)))
                .endsWith("\r\nTransfer-Encoding: chunked\r\n\r\n")
                .doesNotContain("Content-Length");
    }

    @Test
    void anEmptyBodyIsAnnouncedWhereTheClientAnnouncedIt() {
        assertThat(request(Heads.request("POST", "/", 0, "Content-Length: 0"))).contains("Content-Length: 0\r\n");
    }

    @Test
    void withoutABodyThereIsNoFraming() {
        assertThat(request(GET)).doesNotContain("Content-Length").doesNotContain("Transfer-Encoding");
    }

    @Test
    void aHostThatIsMissingIsTheEndpoint() {
        assertThat(request(Heads.request("GET", "/", "", 0))).contains("\r\nHost: 10.0.0.5:8080\r\n");
    }

    @Test
    void aSocketFileIsNoHost() {
        Http1Writer.request(out, Heads.request("GET", "/", "", 0), NOBODY, "id-1", "unix:/run/app.sock");
        assertThat(written()).contains("\r\nHost: localhost\r\n").doesNotContain("app.sock");
    }

    @Test
    void aRequestsOwnFieldsOfTheHopDoNotPass() {
        assertThat(request(Heads.request(
                        "GET",
                        "/",
                        0,
                        "Connection: x-one",
                        "X-One: 1",
                        "Keep-Alive: 5",
                        "TE: gzip",
                        "Host: other",
                        "Proxy: x",
                        "X-Forwarded-For: 6.6.6.6",
                        "X_Real_IP: 6.6.6.6",
                        "Strict-Transport-Security: x",
                        "X-Kept: 1")))
                .isEqualTo("GET / HTTP/1.1\r\nHost: example.com\r\nX-Kept: 1\r\nX-Request-Id: id-1\r\n\r\n");
    }

    @Test
    void aResponseIsBuiltAnew() {
        assertThat(response(
                        Heads.response(200, 2, "X-A: b", "Connection: close", "X-Request-Id: theirs"),
                        GET,
                        BodyCoding.LENGTH))
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\nX-A: b\r\nDate: now\r\nVia: 1.1 edge\r\nX-Request-Id: id-1\r\nContent-Length: 2\r\n\r\n");
    }

    @Test
    void aDateThatIsThereStays() {
        writer.response(
                out,
                Heads.response(200, 0, "date: then"),
                GET,
                new Closing(BodyCoding.LENGTH, false, false, null, null, false),
                new HttpDate());
        assertThat(written()).contains("date: then\r\n").doesNotContain("Date: ");
    }

    @Test
    void noContentHasNoLength() {
        assertThat(response(Heads.response(204, 0), GET, BodyCoding.LENGTH)).doesNotContain("Content-Length");
    }

    @Test
    void theLengthThatHeadWouldHaveHadStays() {
        RequestHead head = Heads.request("HEAD", "/", 0);
        assertThat(response(Heads.response(200, 99), head, BodyCoding.LENGTH)).contains("Content-Length: 99\r\n");
    }

    @Test
    void anUnknownLengthOfABodyThatDoesNotFollowIsNotInvented() {
        assertThat(response(Heads.response(304, ResponseHead.UNKNOWN_LENGTH), GET, BodyCoding.LENGTH))
                .doesNotContain("Content-Length");
    }

    @Test
    void theEndOfAConnectionIsAnnounced() {
        assertThat(response(
                        Heads.response(200, 0), GET, new Closing(BodyCoding.LENGTH, true, false, null, null, false)))
                .endsWith("Connection: close\r\n\r\n");
    }

    @Test
    void hstsIsOursOrTheBackendsOverTlsOrNone() {
        ResponseHead head = Heads.response(200, 0, "Strict-Transport-Security: theirs");
        assertThat(response(head, GET, closing(null, false))).doesNotContain("Strict-Transport-Security");
        out.clear();
        assertThat(response(head, GET, closing(null, true))).contains("Strict-Transport-Security: theirs\r\n");
        out.clear();
        assertThat(response(head, GET, closing("ours", false))).containsOnlyOnce("Strict-Transport-Security: ours\r\n");
    }

    @Test
    void anInterimResponseHasNothingOfOurs() {
        Http1Writer.interim(out, Heads.response(103, 0, "Link: </a>", "Connection: x"));
        assertThat(written()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    }

    @Test
    void onlyHarmlessTrailersFollow() {
        Http1Writer.trailers(
                out,
                Heads.fields(
                        "X-Sum: 1",
                        "Content-Length: 5",
                        "Transfer-Encoding: chunked",
                        "Host: x",
                        "Cookie: x",
                        "Authorization: x",
                        "X-Forwarded-For: x",
                        "x_real_ip: x",
                        "Set-Cookie: x",
                        "Content-Type: x"));
        assertThat(written()).isEqualTo("X-Sum: 1\r\n\r\n");
    }
}
