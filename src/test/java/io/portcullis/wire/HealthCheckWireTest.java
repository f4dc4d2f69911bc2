package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints are asked whether they are well, and who is not gets nothing. */
class HealthCheckWireTest {
    private static final String WELL = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nall ok\n";
    private static final String ILL = "HTTP/1.1 500 Oh\r\nContent-Length: 4\r\n\r\nill\n";

    private final Origin second = Origin.start();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension().word("second", second.address());

    private final Site site = new Site(proxy);

    @AfterEach
    void closeSecond() throws IOException {
        second.close();
    }

    private void start(String check) throws Exception {
        site.origin().respond(WELL);
        second.respond(WELL);
        proxy.start(
                """
                runtime.event-loops = 2
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app {
                  endpoints = ["{origin}", "{second}"], slow-start = off
                  check { interval = 100 ms, timeout = 500 ms, %s }
                }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(check));
    }

    private String page() {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            client.send("GET /upstreams HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            return client.readResponse().body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitSecond(String state) {
        Await.until(() -> said(state), () -> "the second is " + state + ": " + page(), Await.LIMIT);
    }

    private boolean said(String state) {
        String page = page();
        int at = page.indexOf(second.address());
        return at >= 0 && page.indexOf("\"state\":\"" + state + "\"", at) >= 0;
    }

    private void awaitChecks(int more) {
        long before = second.requestCount();
        Await.until(() -> second.requestCount() >= before + more, "more checks of the second");
    }

    private static boolean isCheck(RawRequest request) {
        return request.values("User-Agent").contains("portcullis-check");
    }

    private void onlyTheFirstServes() throws IOException {
        for (int i = 0; i < 6; i++) {
            assertThat(site.ask(GET).status()).isEqualTo(200);
        }
        assertThat(second.requests().stream().filter(request -> !isCheck(request)))
                .isEmpty();
    }

    @Test
    void aStatusThatIsNotWellTakesAnEndpointOutAndAWellOneBringsItBack() throws Exception {
        start("path = \"/healthz?deep=1\", host = \"app.internal\", rise = 2, fall = 2");
        Await.until(() -> second.requestCount() > 0, "a check");
        RawRequest check = second.requests().getFirst();
        assertThat(check.target()).isEqualTo("/healthz?deep=1");
        assertThat(check.values("Host")).containsExactly("app.internal");
        second.respond(ILL);
        awaitSecond("down");
        assertThat(page()).contains("\"reason\":\"check: it answered 500\"").contains("\"next\":\"20");
        assertThat(site.sum("portcullis_endpoint_available")).isEqualTo(1);
        assertThat(site.sum("portcullis_endpoint_ejections_total", "reason=\"check\""))
                .isEqualTo(1);
        assertThat(site.sum("portcullis_endpoint_checks_total", "result=\"failed\"", second.address()))
                .isGreaterThanOrEqualTo(2);
        onlyTheFirstServes();
        second.respond(WELL);
        awaitSecond("well");
        assertThat(site.sum("portcullis_endpoint_checks_total", "result=\"passed\"", second.address()))
                .isGreaterThanOrEqualTo(2);
        for (int i = 0; i < 4; i++) {
            site.ask(GET);
        }
        assertThat(second.requests().stream().filter(request -> !isCheck(request)))
                .hasSize(2);
        site.nothingFailed();
    }

    @Test
    void theTextThatIsAskedForMustStandInTheAnswer() throws Exception {
        start("body = \"all ok\", fall = 1");
        awaitChecks(2);
        assertThat(said("well")).isTrue();
        second.respond("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbusy\n");
        awaitSecond("down");
        assertThat(page()).contains("without the text that is asked for");
        onlyTheFirstServes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"by = http", "by = tcp"})
    void whoDiesIsDownAndComesBackByItself(String by) throws Exception {
        start(by + ", rise = 1, fall = 1");
        awaitSecond("well");
        second.stop();
        awaitSecond("down");
        // A check that was under way was closed; the next one is refused.
        Await.until(() -> page().contains("refused"), () -> "the second refuses: " + page(), Await.LIMIT);
        onlyTheFirstServes();
        second.restart();
        awaitSecond("well");
        site.nothingFailed();
    }

    @Test
    void whoHangsIsDownWithinTheTimeout() throws Exception {
        start("fall = 1, rise = 1");
        awaitSecond("well");
        second.hold();
        awaitSecond("down");
        assertThat(page()).contains("no whole answer within 500 ms");
        onlyTheFirstServes();
        second.release();
        awaitSecond("well");
    }

    @Test
    void whoAnswersGarbageOrResetsIsDown() throws Exception {
        start("fall = 1, rise = 1");
        awaitSecond("well");
        second.respond("SSH-2.0-OpenSSH\r\n\r\n");
        awaitSecond("down");
        second.respond(WELL);
        awaitSecond("well");
        second.answer(turn -> {
            turn.request();
            turn.reset();
        });
        awaitSecond("down");
        onlyTheFirstServes();
    }

    @Test
    void anAnswerWithoutEndIsReadNoFurtherThanItsLimit() throws Exception {
        start("fall = 1");
        second.respond("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + "x".repeat(70_000));
        awaitChecks(4);
        assertThat(said("well")).isTrue();
    }

    @Test
    void aReloadThatChangesTheCheckAsksAnewAndOneThatDoesNotKeepsTheVerdict() throws Exception {
        start("fall = 1");
        second.respond(ILL);
        awaitSecond("down");
        String more =
                """
                runtime.event-loops = 2
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app {
                  endpoints = ["{origin}", { address = "{second}", weight = 2 }], slow-start = off
                  check { interval = 100 ms, timeout = 500 ms, fall = 1, status = "%s" }
                }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """;
        proxy.reload(more.formatted("200-399"));
        assertThat(said("down")).as(page()).isTrue();
        assertThat(page()).contains("\"weight\":2");
        proxy.reload(more.formatted("500"));
        awaitSecond("well");
    }

    @Test
    void oneAddressInTwoUpstreamsIsJudgedByEachWithItsOwnCheck() throws Exception {
        second.respond(request -> request.target().equals("/strict") ? ILL : WELL);
        proxy.start(
                """
                listeners { plain { bind = "127.0.0.1:0" } }
                defaults.upstream { slow-start = off, panic-below = off, check { interval = 100 ms, fall = 1 } }
                upstreams.strict { endpoints = ["{second}"], check.path = "/strict" }
                upstreams.mild { endpoints = ["{second}"], check.path = "/mild" }
                upstreams.blind { endpoints = ["{second}"], check = off }
                routes = [ { path = "/s", upstream = strict }, { path = "/m", upstream = mild }, { path = "/b", upstream = blind } ]
                access-log { format = json, to = "{dir}/access.log" }
                """);
        Await.until(
                () -> site.sum("portcullis_endpoint_available", "upstream=\"strict\"") == 0,
                () -> "the strict one is down: " + page(),
                Await.LIMIT);
        assertThat(site.ask(GET.replace("/ ", "/m ")).status()).isEqualTo(200);
        assertThat(site.ask(GET.replace("/ ", "/b ")).status()).isEqualTo(200);
        site.fails(GET.replace("/ ", "/s "), 503, FailureKind.NO_AVAILABLE_ENDPOINT);
    }
}
