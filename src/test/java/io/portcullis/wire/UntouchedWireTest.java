package io.portcullis.wire;

import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What others coded, cut or allow to be kept passes as it is: nothing is decoded, encoded, cut or kept here. */
class UntouchedWireTest {
    /** The beginning of a deflate bomb: whoever unpacked it would fail. */
    private static final String PACKED = "\u001f\u008b\b\0\0\0\0\0\0\u00ff\u00ff\u00ff\u00ffnonsense";

    @RegisterExtension
    final ProxyExtension proxy = Site.product("");

    private final Site site = new Site(proxy);

    @Test
    void l03PackedBodiesPassBothWaysAsTheyAre() throws Exception {
        site.origin()
                .respond("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + PACKED.length() + "\r\n\r\n"
                        + PACKED);
        RawResponse answer = site.ask("POST /a HTTP/1.1\r\n" + HOST + "Content-Encoding: gzip\r\nContent-Length: "
                + PACKED.length() + "\r\n\r\n" + PACKED);
        assertThat(answer.body()).isEqualTo(PACKED);
        assertThat(answer.value("Content-Encoding")).isEqualTo("gzip");
        RawRequest seen = site.origin().awaitRequest();
        assertThat(seen.body()).isEqualTo(PACKED);
        assertThat(seen.value("Content-Encoding")).isEqualTo("gzip");
    }

    @Test
    void l04WhatACompressorWouldChangeStaysAsTheOriginSaidIt() throws Exception {
        String text = "compressible ".repeat(1000);
        site.origin()
                .respond("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"strong\"\r\nContent-Length: "
                        + text.length() + "\r\n\r\n" + text);
        RawResponse answer = site.ask("GET /a HTTP/1.1\r\n" + HOST + "Accept-Encoding: gzip, br;q=0.5\r\n\r\n");
        assertThat(answer.body()).isEqualTo(text);
        assertThat(answer.values("ETag")).containsExactly("\"strong\"");
        assertThat(answer.values("Vary")).isEmpty();
        assertThat(answer.values("Content-Encoding")).isEmpty();
        assertThat(site.origin().awaitRequest().values("Accept-Encoding")).containsExactly("gzip, br;q=0.5");
    }

    @Test
    void l05RangesAreTheOriginsAndMakeNothingHere() throws Exception {
        String ranges = "bytes=" + "0-,".repeat(1500) + "0-18446744073709551615";
        site.origin()
                .respond("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-3/10\r\nContent-Length: 2\r\n\r\n23");
        RawResponse answer = site.ask("GET /a HTTP/1.1\r\n" + HOST + "Range: " + ranges + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.value("Content-Range")).isEqualTo("bytes 2-3/10");
        assertThat(answer.body()).isEqualTo("23");
        assertThat(site.origin().awaitRequest().values("Range")).containsExactly(ranges);
    }

    @Test
    void l06NothingIsKeptForAnotherRequest() throws Exception {
        String cacheable = "HTTP/1.1 200 OK\r\nCache-Control: public, max-age=3600\r\nETag: \"a\"\r\n";
        try (RawClient client = site.client()) {
            for (String body : new String[] {"first", "other"}) {
                site.origin().respond(cacheable + "Content-Length: 5\r\n\r\n" + body);
                client.send("GET /a HTTP/1.1\r\n" + HOST + "\r\n");
                assertThat(client.readResponse().body()).isEqualTo(body);
            }
        }
        assertThat(site.origin().awaitRequests(2)).hasSize(2);
    }
}
