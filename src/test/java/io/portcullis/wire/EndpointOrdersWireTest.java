package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.NameServer;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Drain, ready and weight of one endpoint while everything runs. */
class EndpointOrdersWireTest {
    private static final String SECRET = "a-secret-for-a-test-0123456789";
    private static final String TOKEN = "Authorization: Bearer " + SECRET + "\r\n";

    private final Origin one = Origin.start();
    private final Origin two = Origin.start();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension().word("one", one.address()).word("two", two.address());

    private final Site site = new Site(proxy);

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    private static final String CONFIG =
            """
            runtime.event-loops = 1
            admin { bind = "127.0.0.1:0", token-file = "admin.token" }
            listeners { plain { bind = "127.0.0.1:0" } }
            upstreams.app { endpoints = ["{one}", "{two}"], sticky { cookie = "home" } }
            routes = [ { upstream = app } ]
            access-log { format = json, to = "{dir}/access.log" }
            """;

    private void start(String config) throws Exception {
        one.respond("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        two.respond("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");
        Path token = Files.writeString(proxy.dir().resolve("admin.token"), SECRET + "\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        proxy.start(config);
    }

    private RawResponse order(String target, String fields) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            client.send("POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + "Content-Length: 0\r\n\r\n");
            return client.readResponse();
        }
    }

    private String ordered(String endpoint, String query) throws IOException {
        RawResponse answer = order("/upstreams/app/endpoints/" + endpoint + "?" + query, TOKEN);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private String page(String path) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                    .readResponse()
                    .body();
        }
    }

    private Map<String, Integer> served(int requests) throws IOException {
        Map<String, Integer> served = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            served.merge(site.ask(GET).body(), 1, Integer::sum);
        }
        return served;
    }

    @Test
    void aDrainedEndpointGetsNothingNewAndFinishesWhatRuns() throws Exception {
        start(CONFIG);
        assertThat(served(4)).isEqualTo(Map.of("one", 2, "two", 2));
        one.hold();
        two.hold();
        try (RawClient first = site.client();
                RawClient second = site.client()) {
            first.send(GET);
            second.send(GET);
            one.awaitRequests(3);
            two.awaitRequests(3);
            assertThat(ordered(one.address(), "state=drain"))
                    .contains("drained")
                    .contains("1 running");
            two.release();
            assertThat(served(4)).isEqualTo(Map.of("two", 4));
            one.release();
            assertThat(Set.of(first.readResponse().body(), second.readResponse().body()))
                    .isEqualTo(Set.of("one", "two"));
        }
        assertThat(page("/upstreams")).contains("\"drained\":true");
        assertThat(page("/explain?method=GET&url=http%3A%2F%2Fexample.com%2F")).contains("drained");
        assertThat(site.sum("portcullis_endpoint_weight", one.address())).isZero();
        ordered(one.address(), "state=ready");
        assertThat(served(4)).isEqualTo(Map.of("one", 2, "two", 2));
        assertThat(site.sum("portcullis_endpoint_weight", one.address())).isEqualTo(1);
        site.nothingFailed();
    }

    @Test
    void aClientThatSticksToADrainedEndpointMovesOn() throws Exception {
        start(CONFIG);
        RawResponse answer = site.ask(GET);
        String cookie = answer.values("Set-Cookie").getFirst().split(";", 2)[0];
        boolean first = answer.body().equals("one");
        ordered((first ? one : two).address(), "state=drain");
        RawResponse next = site.ask("GET / HTTP/1.1\r\nHost: example.com\r\nCookie: " + cookie + "\r\n\r\n");
        assertThat(next.body()).isEqualTo(first ? "two" : "one");
        assertThat(next.values("Set-Cookie")).hasSize(1);
    }

    @Test
    void aWeightHoldsUntilItIsTakenBack() throws Exception {
        start(CONFIG);
        ordered(two.address(), "weight=3");
        assertThat(served(8)).isEqualTo(Map.of("one", 2, "two", 6));
        ordered(two.address(), "weight=configured");
        assertThat(served(8)).isEqualTo(Map.of("one", 4, "two", 4));
    }

    @Test
    void anOrderSurvivesReloadsUntilTheConfigurationOfThatEndpointChanges() throws Exception {
        start(CONFIG);
        ordered(one.address(), "state=drain");
        proxy.reload(CONFIG.replace("{ endpoints", "{ max-waiting = 9, endpoints"));
        assertThat(served(4)).isEqualTo(Map.of("two", 4));
        proxy.reload(CONFIG.replace("{ endpoints", "{ connect-timeout = 1 s, balance = least-requests, endpoints"));
        assertThat(served(4)).isEqualTo(Map.of("two", 4));
        proxy.reload(CONFIG.replace("\"{one}\"", "{ address = \"{one}\", weight = 2 }"));
        assertThat(served(6)).isEqualTo(Map.of("one", 4, "two", 2));
    }

    @Test
    void whoEmptiesAnUpstreamGets503() throws Exception {
        start(CONFIG);
        ordered(one.address(), "state=drain");
        ordered(two.address(), "state=drain");
        assertThat(site.ask(GET).status()).isEqualTo(503);
        ordered(two.address(), "state=ready");
        assertThat(served(2)).isEqualTo(Map.of("two", 2));
    }

    @Test
    void anOrderForANameIsForAllItsAddresses() throws Exception {
        try (NameServer names = NameServer.start();
                Origin beside = Origin.startBeside(one, "127.0.0.2")) {
            names.addresses("app.test", 60, "127.0.0.1", "127.0.0.2");
            proxy.word("names", names.address()).word("name", "app.test:" + one.port());
            start("runtime.dns.servers = [\"{names}\"]\n" + CONFIG.replace("{one}", "{name}"));
            assertThat(ordered("app.test:" + one.port(), "state=drain").lines()).hasSize(2);
            assertThat(served(4)).isEqualTo(Map.of("two", 4));
            assertThat(ordered("app.test/127.0.0.2:" + one.port(), "state=ready")
                            .lines())
                    .hasSize(1);
            Await.until(() -> beside.requestCount() == 0, "no request yet");
            assertThat(served(4)).isEqualTo(Map.of("ok", 2, "two", 2));
        }
    }

    @Test
    void l09AnOrderNeedsTheTokenAndComesFromNoOtherSite() throws Exception {
        start(CONFIG);
        String target = "/upstreams/app/endpoints/" + one.address() + "?state=drain";
        RawResponse nameless = order(target, "");
        assertThat(nameless.status()).isEqualTo(401);
        assertThat(nameless.values("WWW-Authenticate")).hasSize(1);
        assertThat(order(target, "Authorization: Bearer a-secret-for-a-test-012345678X\r\n")
                        .status())
                .isEqualTo(401);
        assertThat(order(target, "Authorization: Basic " + SECRET + "\r\n").status())
                .isEqualTo(401);
        assertThat(order(target, TOKEN + "Origin: https://evil.example\r\n").status())
                .isEqualTo(403);
        assertThat(order(target, TOKEN + "Sec-Fetch-Site: cross-site\r\n").status())
                .isEqualTo(403);
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            client.send("POST " + target + " HTTP/1.1\r\nHost: evil.example\r\n" + TOKEN + "Content-Length: 0\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(421);
        }
        assertThat(served(4)).containsOnlyKeys("one", "two");
    }

    @Test
    void withoutATokenFileNothingCanBeDoneAndTheAnswerSaysHow() throws Exception {
        start(CONFIG.replace(", token-file = \"admin.token\"", ""));
        RawResponse answer = order("/upstreams/app/endpoints/" + one.address() + "?state=drain", TOKEN);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("admin.token-file");
    }

    @Test
    void whatCannotBeMeantIsSaid() throws Exception {
        start(CONFIG);
        String at = "/upstreams/app/endpoints/";
        assertThat(order(at + one.address() + "?state=off", TOKEN).status()).isEqualTo(400);
        assertThat(order(at + one.address() + "?weight=0", TOKEN).status()).isEqualTo(400);
        assertThat(order(at + one.address() + "?weight=257", TOKEN).status()).isEqualTo(400);
        assertThat(order(at + one.address(), TOKEN).status()).isEqualTo(400);
        assertThat(order("/upstreams/app", TOKEN).status()).isEqualTo(400);
        assertThat(order(at + "10.9.9.9:1?state=drain", TOKEN).body()).contains(one.address());
        assertThat(order("/upstreams/other/endpoints/x?state=drain", TOKEN).status())
                .isEqualTo(404);
    }
}
