package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.StartFailure;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests inside the configuration: what does not hold neither starts nor reloads. */
class ExpectWireTest {
    private static final String SITE =
            """
            listeners {
              https { bind = "127.0.0.1:0", tls = site }
              plain { bind = "127.0.0.1:0", redirect-to-https { port = 443 } }
            }
            tls.site { certificates = [ { chain = site.pem, key = site.key } ] }
            upstreams.api { endpoints = ["{origin}"] }
            routes = [
              { host = example.com, respond { body = "BODY" } }
              { host = example.com, path = "/admin/", respond { status = 403 } }
              { host = example.com, path = "/api/", upstream = api, name = interface }
            ]
            access-log { format = off }
            reload.watch = off
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @BeforeEach
    void certificates() throws Exception {
        HttpsSite.of(proxy);
    }

    private static String site(String body, String... expected) {
        return SITE.replace("BODY", body) + "expect = [\n  \"" + String.join("\"\n  \"", expected) + "\"\n]\n";
    }

    @Test
    void whatHoldsStarts() throws Exception {
        proxy.start(site(
                "one",
                "GET http://example.com/x?y -> 308 https://example.com/x?y",
                "GET http://stranger.example/ -> 404",
                "GET https://example.com/admin/ from 8.8.8.8 -> 403",
                "GET https://example.com/api/x -> upstream api",
                "POST https://example.com/api/x -> route interface",
                "GET https://stranger.example/ -> refused",
                "GET https://example.com/api/x with Via: 1.1 portcullis -> 508",
                "GET https://example.com/ -> 200"));
        assertThat(proxy.scrape().sum("portcullis_reloads_total")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://example.com/ -> 308 https://www.example.com/",
                "GET http://example.com/ -> 301",
                "GET https://example.com/admin/ -> upstream api",
                "GET https://example.com/api/x -> 200",
                "GET https://example.com/api -> upstream api",
                "GET https://example.com/api/x -> route other",
                "GET https://example.com/ -> refused",
                "GET https://stranger.example/ -> 404",
                "GET https://example.com/ from nobody -> 200"
            })
    void whatDoesNotHoldRefusesTheStart(String line) {
        assertThatThrownBy(() -> proxy.start(site("one", "GET https://example.com/ -> 200", line)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("portcullis.conf:16: expect[1]: \"" + line + "\" does not hold: ");
    }

    @Test
    void whatReallyHappensIsSaid() {
        assertThatThrownBy(() -> proxy.start(site("one", "GET https://example.com/api -> upstream api")))
                .hasMessageContaining("it gives 200, by routes[0] example.com/* (")
                .hasMessageContaining("portcullis explain GET https://example.com/api tells why");
    }

    @Test
    void aReloadThatBreaksAnExpectationChangesNothing() throws Exception {
        proxy.start(site("one", "GET https://example.com/ -> 200"));
        proxy.write(site("two", "GET https://example.com/ -> 404"));
        RawResponse refused = reload();
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("expect[0]").contains("it gives 200");
        proxy.write(site("two", "GET https://example.com/ -> 200"));
        assertThat(reload().status()).isEqualTo(200);
    }

    private RawResponse reload() throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            return client.send("POST /reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                    .readResponse();
        }
    }
}
