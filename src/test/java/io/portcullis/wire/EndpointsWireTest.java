package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint is asked, and those on Unix sockets. */
class EndpointsWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    private void start(String endpoints) throws Exception {
        proxy.start(
                """
                runtime.event-loops = 4
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["%s"] }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(endpoints));
    }

    @Test
    void endpointsTakeTurns() throws Exception {
        try (Origin other = Origin.start()) {
            proxy.word("other", other.address());
            start("{origin}\", \"{other}");
            for (int i = 0; i < 6; i++) {
                site.ask(GET);
            }
            assertThat(site.origin().requestCount()).isEqualTo(3);
            assertThat(other.requestCount()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio"})
    void aUnixSocketIsAnEndpoint(String transport) throws Exception {
        try (Origin unix = Origin.startUnix(proxy.dir().resolve("app"))) {
            proxy.word("transport", transport);
            proxy.start(
                    """
                    runtime.transport = {transport}
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["unix:{dir}/app"] }
                    routes = [ { upstream = app } ]
                    access-log { format = json, to = "{dir}/access.log" }
                    """);
            unix.answer(Script.echo());
            try (RawClient client = site.client()) {
                for (int i = 0; i < 2; i++) {
                    client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc");
                    assertThat(client.readResponse().body()).isEqualTo("abc");
                }
            }
            assertThat(unix.connections()).hasSize(1);
            assertThat(unix.requests().getFirst().values("Host")).containsExactly("example.com");
        }
    }

    @Test
    void u13AUnixSocketsPathIsNoHost() throws Exception {
        try (Origin unix = Origin.startUnix(proxy.dir().resolve("app"))) {
            start("unix:{dir}/app");
            site.ask("GET / HTTP/1.0\r\n\r\n");
            assertThat(unix.awaitRequest().values("Host")).containsExactly("localhost");
        }
    }

    @Test
    void r02AUnixSocketThatIsNotThereIs502() throws Exception {
        start("unix:{dir}/none");
        RawResponse answer = site.ask(GET);
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).doesNotContain("none");
        Await.until(() -> site.failures("side=\"upstream\"") == 1, "one failure of the upstream");
    }

    @Test
    void r02ThreeTriesAreMadeAndNoMore() throws Exception {
        Set<String> closed = new TreeSet<>();
        while (closed.size() < 4) {
            closed.add("127.0.0.1:" + Ports.free());
        }
        start(String.join("\", \"", closed));
        site.fails("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n", 502, FailureKind.CONNECT_REFUSED);
        assertThat(site.sum("portcullis_upstream_retries_total")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost", "LOCALHOST"})
    void l12AnEndpointsNameIsFoundInAnyCase(String name) throws Exception {
        start(name + ":" + site.origin().port());
        assertThat(site.ask(GET).status()).isEqualTo(200);
        assertThat(site.origin().awaitRequest().value("Host")).isEqualTo("example.com");
    }
}
