package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plain HTTP on a TLS port. */
class PlainOnTlsWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void start() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.start(
                """
                listeners { https { bind = "127.0.0.1:0", tls = public } }
                tls.public { certificates = [ { chain = "site.pem", key = "site.key" } ], hsts {} }
                routes = [ { respond { body = "here" } } ]
                access-log { format = off }
                """);
    }

    @Test
    void s17ARequestIsAnswered400WithTheHttpsAddress() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("https"))) {
            RawResponse answer = client.send("GET /a HTTP/1.1\r\nHost: example.com:1234\r\n\r\n")
                    .readResponse();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("https://example.com:" + proxy.port("https") + "/");
            assertThat(answer.value("Connection")).isEqualTo("close");
            assertThat(answer.value("Strict-Transport-Security")).isNull();
            assertThat(client.readAll()).isEmpty();
        }
        site.awaitFailures("plain_http", 1);
    }

    @Test
    void s17AHostThatIsNoHostIsNotRepeated() throws Exception {
        for (String host : new String[] {"Host: <script>", "Host: a/b", "Host: u@example.com", "X: y"}) {
            try (RawClient client = RawClient.plain(proxy.port("https"))) {
                RawResponse answer =
                        client.send("POST / HTTP/1.1\r\n" + host + "\r\n\r\n").readResponse();
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.body()).doesNotContain("https://").contains("HTTPS");
            }
        }
        site.awaitFailures("plain_http", 4);
    }

    @Test
    void s17APrefaceOfHttp2WithoutTlsGetsWordsToo() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("https"))) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(400);
        }
    }

    @Test
    void s17AClientThatGoesOnSendingReadsTheWholeAnswer() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("https"))) {
            client.send("POST /a HTTP/1.1\r\nHost: example.com\r\nContent-Length: 500000\r\n\r\n");
            RawResponse answer = client.send("b".repeat(500_000)).readResponse();
            assertThat(answer.status()).isEqualTo(400);
            // Neither before nor after the answer a reset.
            assertThat(client.readAll()).isEmpty();
        }
        site.awaitFailures("plain_http", 1);
    }
}
