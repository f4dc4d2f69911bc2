package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Raw conversations with one product: sends bytes, and holds both what the client got and what reached the origin meanwhile.
 *
 * <p>The one who is to be refused asks for {@code /victim}, and bytes that must never become a request of their own ask for
 * {@code /smuggled}.
 */
final class Stage {
    /** How a client connects. */
    enum Hop {
        PLAIN,
        SECURE
    }

    static final String HOST = "Host: example.com\r\n";

    /** What stands behind a request in the same bytes, for a reader that is fooled to take up. */
    static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: example.com\r\n\r\n";

    private static final String CONFIG =
            """
            listeners {
              plain { bind = "127.0.0.1:0" }
              secure { bind = "127.0.0.2:0", tls = site }
            }
            tls.site { certificates = [ { chain = "{dir}/site.pem", key = "{dir}/site.key", default = true } ] }
            upstreams.app { endpoints = ["{origin}"] }
            access-log { format = off }
            """;

    private final ProxyExtension proxy;

    /** The origin answers 200 "ok" until the test says otherwise. */
    Stage(ProxyExtension proxy) {
        this.proxy = proxy;
        proxy.origin().answer(Script.ok("ok"));
    }

    /** A product with a plain and a secure listener, everything going to the origin. */
    static ProxyExtension product() {
        return product("routes = [ { upstream = app } ]");
    }

    /** The same with other routes, and whatever else {@code more} says. */
    static ProxyExtension product(String more) {
        ProxyExtension product = new ProxyExtension().config(CONFIG + more);
        try {
            TestCertificates.in(product.dir()).leaf("example.com").write("site");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return product;
    }

    /** Parameters of a test: a name to read and the bytes that it stands for, in turn. */
    static List<Arguments> cases(String... namesAndBytes) {
        List<Arguments> cases = new ArrayList<>();
        for (int i = 0; i < namesAndBytes.length; i += 2) {
            cases.add(Arguments.of(namesAndBytes[i], namesAndBytes[i + 1]));
        }
        return cases;
    }

    RawClient client() throws IOException {
        return client(Hop.PLAIN);
    }

    RawClient client(Hop hop) throws IOException {
        return switch (hop) {
            case PLAIN -> RawClient.plain(proxy.port("plain"));
            case SECURE ->
                RawClient.tls(
                        new InetSocketAddress("127.0.0.2", proxy.port("secure")),
                        TlsOffer.trusting(proxy.dir().resolve("ca.pem")).named("example.com"),
                        0);
        };
    }

    Origin origin() {
        return proxy.origin();
    }

    /** These bytes are answered with {@code status} and the end of the connection, and nothing of them leaves for the origin. */
    RawResponse refuses(int status, String bytes) throws IOException {
        return refuses(Hop.PLAIN, status, bytes);
    }

    RawResponse refuses(Hop hop, int status, String bytes) throws IOException {
        Sight before = Sight.of(origin());
        RawResponse answer = refusal(hop, status, bytes);
        assertThat(origin().connections()).as("origin connections").hasSize(before.connections());
        sentinel();
        before.isFollowedBySentinelOnly();
        return answer;
    }

    /** The head of these bytes is fine and their body is not: the origin may see a beginning, never a whole request. */
    RawResponse refusesBody(int status, String bytes) throws IOException {
        return refusesBody(Hop.PLAIN, status, bytes);
    }

    RawResponse refusesBody(Hop hop, int status, String bytes) throws IOException {
        Sight before = Sight.of(origin());
        RawResponse answer = refusal(hop, status, bytes);
        sentinel();
        before.isFollowedByNoWholeVictim();
        return answer;
    }

    private RawResponse refusal(Hop hop, int status, String bytes) throws IOException {
        try (RawClient client = client(hop)) {
            client.send(bytes);
            RawResponse answer = client.readResponse();
            holdsRefusal(answer, status);
            client.awaitClose();
            return answer;
        }
    }

    /** What every answer of our own to a broken request carries. */
    static void holdsRefusal(RawResponse answer, int status) {
        assertThat(answer.status()).as(answer.head().raw()).isEqualTo(status);
        assertThat(answer.values("Connection")).containsExactly("close");
        assertThat(answer.values("Proxy-Status")).containsExactly("portcullis; error=http_request_error");
        assertThat(answer.values("X-Request-Id")).singleElement().asString().isNotBlank();
        assertThat(answer.body()).contains(answer.values("X-Request-Id").getFirst());
    }

    /** The one request of these bytes gets through, and the connection can be used again; returns what the origin saw. */
    RawRequest passes(String bytes) throws IOException {
        return passes(Hop.PLAIN, bytes);
    }

    RawRequest passes(Hop hop, String bytes) throws IOException {
        Sight before = Sight.of(origin());
        try (RawClient client = client(hop)) {
            client.send(bytes);
            RawResponse answer = client.readResponse(bytes.startsWith("HEAD ") ? "HEAD" : "GET");
            assertThat(answer.status()).as(answer.head().raw() + answer.body()).isEqualTo(200);
            assertThat(answer.values("Connection")).doesNotContain("close");
            client.send("GET /after HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        List<RawRequest> seen = before.requestsSince(2);
        assertThat(seen).hasSize(2);
        assertThat(seen.get(1).target()).isEqualTo("/after");
        return seen.getFirst();
    }

    /** One more request from somebody else: what the origin has not seen when this is answered, it was not sent. */
    void sentinel() throws IOException {
        try (RawClient client = client()) {
            client.send("GET " + Sight.SENTINEL + " HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }
}
