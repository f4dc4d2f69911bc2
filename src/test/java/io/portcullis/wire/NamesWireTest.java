package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.NameServer;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Endpoints that are given by name: answers that change, vanish, fail, lie and are cut off. */
class NamesWireTest {
    private static final String NAME = "app.test";

    private final NameServer names = NameServer.start();
    private final Origin one = Origin.start();
    private final Origin two = Origin.startBeside(one, "127.0.0.2");
    private final Origin three = Origin.startBeside(one, "127.0.0.3");

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .word("names", names.address())
            .word("port", one.port())
            .word("ttl", "min-ttl = 20 ms, max-ttl = 20 ms");

    private final Site site = new Site(proxy);

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
        three.close();
        names.close();
    }

    private static final String CONFIG =
            """
            runtime { event-loops = 2, dns { servers = ["{names}"], timeout = 200 ms } }
            listeners { plain { bind = "127.0.0.1:0" } }
            upstreams.app { endpoints = ["app.test:{port}"], dns { {ttl} } }
            routes = [ { upstream = app } ]
            access-log { format = json, to = "{dir}/access.log" }
            """;

    private void start() throws Exception {
        one.respond(answer("one"));
        two.respond(answer("two"));
        three.respond(answer("three"));
        proxy.start(CONFIG);
    }

    private static String answer(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Who answers eight requests. */
    private Set<String> served() {
        Set<String> bodies = new TreeSet<>();
        try {
            for (int i = 0; i < 8; i++) {
                RawResponse answer = site.ask(GET);
                bodies.add(answer.status() == 200 ? answer.body() : Integer.toString(answer.status()));
            }
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        }
        return bodies;
    }

    private void awaitServed(String... who) {
        Await.until(() -> served().equals(Set.of(who)), () -> Set.of(who) + " serve, but " + served(), Await.LIMIT);
    }

    private void awaitAsked(String name, int more) {
        long before = names.asked(name);
        Await.until(() -> names.asked(name) >= before + more, "more questions for " + name);
    }

    private double available(String address) {
        return site.sum(
                "portcullis_endpoint_available", "endpoint=\"" + NAME + "/" + address + ":" + one.port() + "\"");
    }

    private double lookups(String result) {
        return site.sum("portcullis_upstream_lookups_total", "result=\"" + result + "\"");
    }

    @Test
    void everyAddressOfANameIsAnEndpointFromTheFirstRequestOn() throws Exception {
        names.addresses(NAME, 60, "127.0.0.1", "127.0.0.2");
        start();
        assertThat(served()).containsExactly("one", "two");
        assertThat(available("127.0.0.2")).isEqualTo(1);
        site.nothingFailed();
    }

    @Test
    void addressesThatComeAndGoDoSoWithoutAFailureAndWhatStaysKeepsItsConnections() throws Exception {
        names.addresses(NAME, 0, "127.0.0.1", "127.0.0.2");
        start();
        assertThat(served()).containsExactly("one", "two");
        int before = two.connections().size();
        names.addresses(NAME, 0, "127.0.0.2", "127.0.0.3");
        awaitServed("three", "two");
        assertThat(two.connections()).as("connections to who stayed").hasSizeLessThanOrEqualTo(Math.max(2, before));
        Await.until(
                () -> available("127.0.0.1") == 0 && available("127.0.0.2") == 1, "the series of who went to be gone");
        site.nothingFailed();
    }

    @Test
    void anExchangeThatRunsAtAnAddressThatGoesIsFinishedThere() throws Exception {
        names.addresses(NAME, 0, "127.0.0.1");
        start();
        one.hold();
        try (RawClient client = site.client()) {
            client.send(GET);
            one.awaitRequest();
            names.addresses(NAME, 0, "127.0.0.2");
            Await.until(() -> available("127.0.0.1") == 0 && available("127.0.0.2") == 1, "the other address");
            assertThat(served()).containsExactly("two");
            one.release();
            assertThat(client.readResponse().body()).isEqualTo("one");
        }
        site.nothingFailed();
    }

    @Test
    void theLastGoodAnswerStaysWhenTheNameVanishesOrTheServerFailsOrSaysNothing() throws Exception {
        names.addresses(NAME, 0, "127.0.0.1", "127.0.0.2");
        start();
        names.code(NAME, 3);
        awaitAsked(NAME, 2);
        assertThat(served()).containsExactly("one", "two");
        names.nothing(NAME);
        awaitAsked(NAME, 2);
        assertThat(served()).containsExactly("one", "two");
        names.code(NAME, 2);
        awaitAsked(NAME, 2);
        assertThat(served()).containsExactly("one", "two");
        Await.until(() -> lookups("failed") >= 1, "a failed question");
        double failed = lookups("failed");
        names.silence(NAME);
        Await.until(() -> lookups("failed") > failed + 1, "questions that nobody answers");
        assertThat(served()).containsExactly("one", "two");
        assertThat(lookups("none")).isGreaterThanOrEqualTo(2);
        names.addresses(NAME, 0, "127.0.0.3");
        awaitServed("three");
        site.nothingFailed();
    }

    @Test
    void anAnswerThatCannotBeTrueIsNoAnswer() throws Exception {
        names.addresses(NAME, 0, "127.0.0.1");
        start();
        names.addresses(NAME, 0, "0.0.0.0", "224.0.0.1", "255.255.255.255");
        awaitAsked(NAME, 2);
        assertThat(served()).containsExactly("one");
        names.addresses(NAME, 0, "0.0.0.0", "127.0.0.2");
        awaitServed("two");
        site.nothingFailed();
    }

    @Test
    void anAnswerThatWasCutOffIsAskedForByTcp() throws Exception {
        names.cutOff(NAME, 60, "127.0.0.1", "127.0.0.2", "127.0.0.3");
        start();
        assertThat(served()).containsExactly("one", "three", "two");
    }

    @Test
    void aNameThatDoesNotResolveStopsNothingAndServesOnceItDoes() throws Exception {
        start();
        site.fails(GET, 502, FailureKind.NAME_NOT_RESOLVED);
        assertThat(site.sum("portcullis_upstream_unresolved")).isEqualTo(1);
        names.addresses(NAME, 60, "127.0.0.1");
        awaitServed("one");
        assertThat(site.sum("portcullis_upstream_unresolved")).isZero();
    }

    @Test
    void whileANameServerIsSilentTheStartWaitsNoLongerThanItsTimeLimit() throws Exception {
        names.silence(NAME);
        start();
        assertThat(site.ask(GET).status()).isEqualTo(502);
        names.addresses(NAME, 60, "127.0.0.1");
        awaitServed("one");
    }

    @Test
    void aTtlOfNothingDoesNotFloodTheNameServer() throws Exception {
        names.addresses(NAME, 0, "127.0.0.1");
        proxy.word("ttl", "min-ttl = 1 h, max-ttl = 1 h");
        start();
        assertThat(served()).containsExactly("one");
        assertThat(names.asked(NAME)).isLessThanOrEqualTo(2);
    }

    @Test
    void anAnswerHoldsNoLongerThanTheAliasThatLedToIt() throws Exception {
        names.alias(NAME, 1, "target.test").addresses("target.test", 3600, "127.0.0.1");
        proxy.word("ttl", "min-ttl = 20 ms, max-ttl = 1 h");
        start();
        assertThat(served()).containsExactly("one");
        names.alias(NAME, 1, "other.test").addresses("other.test", 3600, "127.0.0.2");
        awaitServed("two");
    }

    @Test
    void addressesOfTheOtherFamilyAreTakenWhereThereAreNone() throws Exception {
        names.addresses(NAME, 60, "::1");
        try (Origin six = Origin.startBeside(one, "::1")) {
            six.respond(answer("six"));
            start();
            assertThat(served()).containsExactly("six");
        }
    }

    @Test
    void aReloadKeepsWhatIsKnownWhileTheNameServerIsAway() throws Exception {
        names.addresses(NAME, 60, "127.0.0.1", "127.0.0.2");
        start();
        names.silence(NAME);
        proxy.reload(CONFIG.replace("{ upstream = app }", "{ upstream = app, path = \"/\" }")
                .replace("dns { {ttl} }", "max-waiting = 7, dns { {ttl} }"));
        assertThat(served()).containsExactly("one", "two");
        site.nothingFailed();
    }

    @Test
    void addressesThatChangeUnderLoadAndReloadsAmongThemFailNoRequest() throws Exception {
        names.addresses(NAME, 0, "127.0.0.1", "127.0.0.2");
        start();
        String[][] answers = {{"127.0.0.2", "127.0.0.3"}, {"127.0.0.3", "127.0.0.1"}, {"127.0.0.1", "127.0.0.2"}};
        try (Load load = Load.start(4, site::client, GET)) {
            for (int i = 0; i < 15; i++) {
                names.addresses(NAME, 0, answers[i % 3]);
                proxy.reload(CONFIG.replace("dns { {ttl} }", "max-waiting = " + (7 + i % 2) + ", dns { {ttl} }"));
                load.awaitMore(40);
            }
            assertThat(load.failures()).isEmpty();
        }
        awaitServed("one", "two");
        Await.until(
                () -> available("127.0.0.1") == 1 && available("127.0.0.2") == 1 && available("127.0.0.3") == 0,
                "the series of those two");
        assertThat(site.sum("portcullis_endpoint_weight")).isEqualTo(2);
        served();
        int kept = one.connections().size() + two.connections().size();
        served();
        served();
        assertThat(one.connections().size() + two.connections().size())
                .as("connections are kept, as before")
                .isLessThanOrEqualTo(kept + 2);
        site.nothingFailed();
    }

    @Test
    void theHostFieldOfARequestThatHasNoneIsTheNameNotTheAddress() throws Exception {
        names.addresses(NAME, 60, "127.0.0.1");
        start();
        try (RawClient client = site.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(one.awaitRequest().values("Host")).containsExactly(NAME + ":" + one.port());
    }
}
