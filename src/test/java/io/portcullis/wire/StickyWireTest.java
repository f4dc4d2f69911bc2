package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A browser comes back to the endpoint that served it first. */
class StickyWireTest {
    private static final String CONFIG =
            """
            listeners { plain { bind = "127.0.0.1:0" } }
            upstreams.app { endpoints = ["{origin}", "{second}"], sticky { cookie = home, secret-file = "{dir}/secret" } }
            routes = [ { upstream = app } ]
            access-log { format = json, to = "{dir}/access.log" }
            """;

    private final Origin second = Origin.start().respond("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension().word("second", second.address());

    private final Site site = new Site(proxy);

    @AfterEach
    void closeSecond() throws IOException {
        second.close();
    }

    private void start(String secret) throws Exception {
        site.origin().respond("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nSet-Cookie: a=b\r\n\r\n1");
        Files.writeString(proxy.dir().resolve("secret"), secret);
        proxy.start(CONFIG);
    }

    private static String cookie(RawResponse answer) {
        return answer.values("Set-Cookie").stream()
                .filter(line -> line.startsWith("home="))
                .findFirst()
                .orElse("");
    }

    private RawResponse askWith(String cookies) throws IOException {
        return site.ask("GET / HTTP/1.1\r\n" + HOST + "Cookie: " + cookies + "\r\n\r\n");
    }

    @Test
    void z07TheCookieIsSecureAndSaysNothing() throws Exception {
        start("s".repeat(32));
        RawResponse answer = site.ask(GET);
        assertThat(answer.values("Set-Cookie")).hasSize(2).contains("a=b");
        assertThat(cookie(answer))
                .matches("home=[A-Za-z0-9_-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax")
                .doesNotContain("127.0.0.1");
    }

    @Test
    void whoShowsItComesBackAndGetsNoOther() throws Exception {
        start("s".repeat(32));
        RawResponse first = site.ask(GET);
        String pair = cookie(first).replaceFirst(";.*", "");
        for (int i = 0; i < 5; i++) {
            RawResponse again = askWith("a=b; " + pair + "; c=d");
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(cookie(again)).isEmpty();
        }
    }

    @Test
    void itIsFoundAmongOthersOfItsName() throws Exception {
        start("s".repeat(32));
        RawResponse first = site.ask(GET);
        String pair = cookie(first).replaceFirst(";.*", "");
        for (int i = 0; i < 5; i++) {
            RawResponse again = askWith("home=an-apps-own; " + pair);
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(cookie(again)).isEmpty();
        }
    }

    @Test
    void whatWeDidNotMakeIsNoCookieOfOurs() throws Exception {
        start("s".repeat(32));
        String pair = cookie(site.ask(GET)).replaceFirst(";.*", "");
        String forged = pair.substring(0, pair.length() - 1) + (pair.endsWith("A") ? "B" : "A");
        assertThat(cookie(askWith(forged))).startsWith("home=");
        assertThat(cookie(askWith("home="))).startsWith("home=");
        assertThat(cookie(askWith("xhome" + pair.substring(4)))).startsWith("home=");
    }

    @Test
    void whereItsEndpointIsGoneAnotherTakesItsPlace() throws Exception {
        start("s".repeat(32));
        RawResponse first = site.ask(GET);
        String pair = cookie(first).replaceFirst(";.*", "");
        boolean atSecond = first.body().equals("2");
        (atSecond ? second : site.origin()).stop();
        RawResponse other = askWith(pair);
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.body()).isEqualTo(atSecond ? "1" : "2");
        assertThat(cookie(other)).startsWith("home=").doesNotContain(pair);
    }

    @Test
    void itOutlivesARestartOfTheSameSecretAndNoOther() throws Exception {
        start("s".repeat(32));
        String pair = cookie(site.ask(GET)).replaceFirst(";.*", "");
        proxy.reload(CONFIG);
        assertThat(cookie(askWith(pair))).isEmpty();
        Files.writeString(proxy.dir().resolve("secret"), "t".repeat(32));
        proxy.reload(CONFIG);
        assertThat(cookie(askWith(pair))).startsWith("home=");
    }
}
