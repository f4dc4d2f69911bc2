package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ForwardingWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["{origin}"] }
                    routes = [ { upstream = app } ]
                    access-log { format = off }
                    """);

    @Test
    void aRequestReachesTheOriginAndItsAnswerTheClient() throws Exception {
        proxy.origin().answer(Script.ok("hello"));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET /a/b?c=d HTTP/1.1\r\nHost: example.com\r\n\r\n");
            RawResponse answer = client.readResponse();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hello");
        }
        assertThat(proxy.origin().awaitRequest().head().startLine()).isEqualTo("GET /a/b?c=d HTTP/1.1");
    }

    @Test
    void severalRequestsUseOneConnectionOnBothSides() throws Exception {
        proxy.origin().answer(Script.ok("x"));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            for (int i = 0; i < 5; i++) {
                client.send("GET /" + i + " HTTP/1.1\r\nHost: example.com\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
        assertThat(proxy.origin().awaitRequests(5)).hasSize(5);
        assertThat(proxy.origin().connections()).hasSize(1);
    }

    @Test
    void aChunkedBodyIsForwardedChunked() throws Exception {
        proxy.origin().answer(Script.echo());
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("abc");
        }
        assertThat(proxy.origin().awaitRequest().value("Content-Length")).isNull();
    }
}
