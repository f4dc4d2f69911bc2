package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Conversations by frames with one product: what the client got, and what reached the origin, which speaks HTTP/1.1. */
record Http2Stage(ProxyExtension proxy) {
    private static final String CONFIG =
            """
            listeners {
              plain { bind = "127.0.0.1:0", h2c = on }
              secure { bind = "127.0.0.1:0", tls = site }
            }
            tls.site { certificates = [ { chain = "{dir}/site.pem", key = "{dir}/site.key", default = true } ] }
            upstreams.app { endpoints = ["{origin}"] }
            access-log { format = json, to = "{dir}/access.log" }
            """;

    /** By prior knowledge and by TLS; everything goes to the origin. {@code more} is added, with routes of its own or without. */
    static ProxyExtension product(String more) {
        String routes = more.contains("routes = ") ? "" : "routes = [ { upstream = app } ]\n";
        ProxyExtension product = new ProxyExtension().config(CONFIG + routes + more);
        try {
            TestCertificates.in(product.dir()).leaf("example.com").write("site");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return product;
    }

    RawHttp2 client() throws IOException {
        return RawHttp2.plain(proxy.port("plain"));
    }

    RawHttp2 secure() throws IOException {
        return RawHttp2.tls(
                proxy.port("secure"),
                TlsOffer.trusting(proxy.dir().resolve("ca.pem")).named("example.com"));
    }

    Origin origin() {
        return proxy.origin();
    }

    /** A request with this head is answered 400 and its stream reset; nothing of it leaves, and the connection lives on. */
    void malformed(RawBlock head) throws IOException {
        origin().answer(Script.ok("ok"));
        Sight before = Sight.of(origin());
        try (RawHttp2 client = client()) {
            int stream = client.open(true, head);
            assertThat(client.answer(stream).status()).isEqualTo(400);
            assertThat(client.reset(stream)).isEqualTo("PROTOCOL_ERROR");
            assertThat(client.answer(client.get(Sight.SENTINEL)).status()).isEqualTo(200);
        }
        before.isFollowedBySentinelOnly();
    }

    /** A request with this head, and no body, is answered 200; returns what the origin saw. */
    RawRequest passes(RawBlock head) throws IOException {
        origin().answer(Script.ok("ok"));
        Sight before = Sight.of(origin());
        try (RawHttp2 client = client()) {
            RawHttp2Answer answer = client.answer(client.open(true, head));
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        }
        List<RawRequest> seen = before.requestsSince(1);
        assertThat(seen).hasSize(1);
        return seen.getFirst();
    }

    /** The connection that gets {@code frames} behind its preface ends with {@code code}, and is counted as {@code kind}. */
    void ends(String code, String kind, RawFrame... frames) throws IOException {
        double before = broken(kind);
        try (RawHttp2 client = client().silent()) {
            client.sendAsFarAsItGoes(RawHttp2.bytes(frames));
            assertThat(client.goAwayAndClose()).isEqualTo(code);
        }
        awaitBroken(kind, before + 1);
    }

    /** Connections to the origin that have ended. */
    long endedAtOrigin() {
        return origin().connections().stream()
                .filter(io.portcullis.testkit.OriginConnection::hasEnded)
                .count();
    }

    /** Waits until one more has ended than {@code before}. */
    void awaitEndAtOrigin(long before) {
        Await.until(() -> endedAtOrigin() > before, "an end at the origin");
    }

    /** Connections that were ended for {@code kind} so far. */
    double broken(String kind) {
        return sum("portcullis_http2_broken_total", "kind=\"" + kind + "\"");
    }

    void awaitBroken(String kind, double count) {
        Await.until(
                () -> broken(kind) == count,
                () -> kind + " counted " + count + " times, but "
                        + sum("portcullis_http2_broken_total", "kind=\"" + kind + "\""),
                Await.LIMIT);
    }

    double sum(String meter, String... labels) {
        try {
            return proxy.scrape().sum(meter, labels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until exchanges that ended for {@code kind} are {@code count}. */
    void awaitFailures(String kind, double count) {
        Await.until(
                () -> sum("portcullis_failures_total", "kind=\"" + kind + "\"") == count,
                () -> kind + " " + count + " times, but " + sum("portcullis_failures_total", "kind=\"" + kind + "\""),
                Await.LIMIT);
    }
}
