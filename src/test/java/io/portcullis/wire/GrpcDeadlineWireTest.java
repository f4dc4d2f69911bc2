package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.Http2Turn;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a gRPC client gives a call holds, also where the server does not look at it. */
class GrpcDeadlineWireTest {
    private final Http2Origin origin = Http2Origin.start().answer(turn -> {});

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .word("h2", origin.address())
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["{h2}"], protocol = h2c, first-byte-timeout = 2 s, ejection.failures = 1 }
                    routes = [ { upstream = app }, { path = "/short/", upstream = app, timeouts.total = 200 ms } ]
                    access-log { format = json, to = "{dir}/access.log" }
                    """);

    private final Site site = new Site(proxy);

    @AfterEach
    void closeOrigin() throws Exception {
        origin.close();
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
        assertThat(turn.value("grpc-timeout")).isEqualTo("300m");
        assertThat(turn.awaitReset()).isEqualTo("CANCEL");
        assertThat(site.sum("portcullis_endpoint_available")).isEqualTo(1);
    }

    @Test
    void theRoutesOwnLimitHoldsWhereItIsShorter() throws Exception {
        site.fails(call("/short/B", "application/grpc", "1M"), 504, FailureKind.TOTAL_TIMEOUT);
    }

    @Test
    void itIsForGrpcOnly() throws Exception {
        site.fails(call("/a/B", "text/plain", "300m"), 504, FailureKind.FIRST_BYTE_TIMEOUT);
    }
}
