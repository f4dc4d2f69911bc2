package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.Http2Turn;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gRPC client gives a call holds, also where the server does not look at it. */
class GrpcDeadlineWireTest {
    private final Origin silent = Origin.start();
    private final Http2Origin origin = Http2Origin.start().answer(turn -> {});

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .word("h2", origin.address())
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["{h2}"], protocol = h2c, first-byte-timeout = 2 s, ejection.failures = 1 }
                    routes = [ { upstream = app }, { path = "/short/", upstream = app, timeouts.total = 200 ms },
                      { path = "/set/", upstream = app, request-headers { set { grpc-timeout = "7S" } } } ]
                    access-log { format = json, to = "{dir}/access.log" }
                    """);

    private final Site site = new Site(proxy);

    @AfterEach
    void closeOrigin() throws Exception {
        origin.close();
        silent.close();
    }

    private static String call(String path, String type, String timeout) {
        return "POST " + path + " HTTP/1.1\r\n" + Site.HOST + "Content-Type: " + type
                + "\r\nTE: trailers\r\ngrpc-timeout: " + timeout + "\r\nContent-Length: 5\r\n\r\n\0\0\0\0\0";
    }

    @Test
    void aCallThatTakesLongerIsCancelledAtTheServerWhichIsNotBlamed() throws Exception {
        long began = System.nanoTime();
        RawResponse answer = site.fails(call("/a/B", "application/grpc+proto", "300m"), 504, FailureKind.TOTAL_TIMEOUT);
        assertThat(answer.status()).isEqualTo(504);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(290), Duration.ofMillis(1900));
        Http2Turn turn = origin.awaitTurn();
        // The first connection may have taken a tenth of it.
        assertThat(millis(turn)).isBetween(1, 300);
        assertThat(turn.awaitReset()).isEqualTo("CANCEL");
        assertThat(site.sum("portcullis_endpoint_available")).isEqualTo(1);
    }

    private static int millis(Http2Turn turn) {
        String told = Objects.requireNonNull(turn.value("grpc-timeout"));
        assertThat(told).matches("\\d+m");
        return Integer.parseInt(told.substring(0, told.length() - 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10S", "2M", "99999999u"})
    void aFirstTryIsToldWhatTheClientSaid(String timeout) throws Exception {
        origin.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(site.ask(call("/a/B", "application/grpc", timeout)).status()).isEqualTo(200);
        assertThat(origin.awaitTurn().value("grpc-timeout")).isEqualTo(timeout);
    }

    @Test
    void whatTheRouteSetsIsNotWrittenOver() throws Exception {
        origin.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(site.ask(call("/set/B", "application/grpc", "1M")).status()).isEqualTo(200);
        assertThat(origin.awaitTurn().value("grpc-timeout")).isEqualTo("7S");
    }

    @Test
    void theRoutesOwnLimitHoldsWhereItIsShorterAndTheServerIsTold() throws Exception {
        site.fails(call("/short/B", "application/grpc", "1M"), 504, FailureKind.TOTAL_TIMEOUT);
        assertThat(millis(origin.awaitTurn())).isBetween(1, 200);
    }

    /** The first endpoint takes connections and says nothing, so that the second try begins late. */
    private void beginLate() throws Exception {
        proxy.word("silent", silent.answer(Script.deaf()).address());
        proxy.reload(
                """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{silent}", "{h2}"], protocol = h2c, connect-timeout = 300 ms
                  first-byte-timeout = 5 s, ejection.failures = 1, slow-start = off }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """);
    }

    @Test
    void aFurtherTryIsToldWhatRemains() throws Exception {
        beginLate();
        origin.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(site.ask(call("/a/B", "application/grpc", "5S")).status()).isEqualTo(200);
        Http2Turn turn = origin.awaitTurn();
        assertThat(millis(turn)).isBetween(1000, 4700);
        assertThat(turn.value("te")).isEqualTo("trailers");
        assertThat(turn.request().body()).hasSize(5);
    }

    @Test
    void aFurtherTryHasNoMoreTimeThanRemainsAndIsNotBlamed() throws Exception {
        beginLate();
        long began = System.nanoTime();
        site.fails(call("/a/B", "application/grpc", "800m"), 504, FailureKind.TOTAL_TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(790), Duration.ofMillis(2500));
        Http2Turn turn = origin.awaitTurn();
        assertThat(millis(turn)).isBetween(1, 500);
        assertThat(turn.awaitReset()).isEqualTo("CANCEL");
        assertThat(site.sum("portcullis_endpoint_available", "endpoint=\"" + origin.address() + "\""))
                .isEqualTo(1);
    }

    @Test
    void aHedgeIsToldWhatRemains() throws Exception {
        try (Origin late = Origin.start().answer(Turn::hang);
                Origin other = Origin.start().respond(Site.OK)) {
            proxy.word("late", late.address()).word("other", other.address());
            proxy.reload(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["{late}", "{other}"], hedge.after = 200 ms }
                    routes = [ { upstream = app } ]
                    access-log { format = json, to = "{dir}/access.log" }
                    """);
            String get =
                    "GET / HTTP/1.1\r\n" + Site.HOST + "Content-Type: application/grpc\r\ngrpc-timeout: 9S\r\n\r\n";
            assertThat(site.ask(get).status()).isEqualTo(200);
            assertThat(late.awaitRequest().head().value("grpc-timeout")).isEqualTo("9S");
            String told = Objects.requireNonNull(other.awaitRequest().head().value("grpc-timeout"));
            assertThat(Integer.parseInt(told.replace("m", ""))).isBetween(5000, 8800);
        }
    }

    @Test
    void itIsForGrpcOnly() throws Exception {
        site.fails(call("/a/B", "text/plain", "300m"), 504, FailureKind.FIRST_BYTE_TIMEOUT);
    }
}
