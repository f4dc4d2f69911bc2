package io.portcullis.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.AccessLogConfig;
import io.portcullis.config.ConfigLoader;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.RuntimeConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Forwarding;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import io.portcullis.net.Loops;
import io.portcullis.net.Networks;
import io.portcullis.route.PathGate;
import io.portcullis.route.RouteTable;
import io.portcullis.telemetry.AccessLog;
import io.portcullis.telemetry.Meters;
import io.portcullis.testkit.Complaints;
import io.portcullis.testkit.FailingExchange;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Turn;
import io.portcullis.upstream.Upstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An error of our own while an endpoint's answer is passed on: told to the client as ours, and to the log. */
class InternalErrorTest {
    @TempDir
    Path temp;

    private final Loops loops = Loops.start(new RuntimeConfig(RuntimeConfig.Transport.NIO, 1));
    private final Meters meters = Meters.create();
    private final Origin first = Origin.start();
    private final Origin second = Origin.start();
    private Origin answering = first;

    @AfterEach
    void end() throws Exception {
        loops.close();
        meters.close();
        first.close();
        second.close();
    }

    /** Sends a request, and has it fail as {@code wrong} says once an endpoint has it. */
    private FailingExchange.Answer ask(String more, Consumer<FailingExchange> wrong) throws Exception {
        Path file = Files.writeString(
                temp.resolve("x.conf"),
                """
                listeners.plain.bind = "127.0.0.1:0"
                upstreams.app { endpoints = ["%s", "%s"], ejection.failures = 1, slow-start = off %s }
                routes = [ { upstream = app, response-headers.set { X-Client = "%%{client-address}" } } ]
                """
                        .formatted(first.address(), second.address(), more));
        PortcullisConfig config = Objects.requireNonNull(ConfigLoader.load(file).config());
        UpstreamConfig app = Objects.requireNonNull(config.upstreams().get("app"));
        Upstream upstream = new Upstream(
                app, new Upstream.Means(loops, meters, 8192), new Upstream.Secrets(null, new byte[32]), null);
        RouteTable<Way> table = new RouteTable<>(
                config.routes(), route -> new Way(route, meters.route("app"), new Way.Forward(upstream), null));
        Routing routing = new Routing(
                table,
                new PathGate<>(table, way -> way.route().pathPolicy()),
                new Forwarding(Networks.NONE, "portcullis"),
                host -> false,
                List.of());
        AccessLog off = AccessLog.open(new AccessLogConfig(AccessLogConfig.Format.OFF, null, 64, false), meters);
        HttpProxy proxy = new HttpProxy(
                () -> routing, new Scribes(() -> off, () -> null, new FlightRecorder(loops.all())), meters, null);
        FailingExchange exchange = new FailingExchange(loops.all().getFirst(), head());
        answering.answer(turn -> {
            wrong.accept(exchange);
            turn.respond("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        exchange.loop().executor().execute(() -> proxy.handle(exchange));
        FailingExchange.Answer answer = exchange.answer();
        assertThat(upstream.members()).allSatisfy(each -> {
            assertThat(each.running()).isZero();
            assertThat(each.health().isAvailable())
                    .as("not the endpoint's fault")
                    .isTrue();
        });
        upstream.retire();
        return answer;
    }

    private static RequestHead head() {
        return new RequestHead(
                "GET",
                Objects.requireNonNull(RequestTarget.parse("GET", "/")),
                Objects.requireNonNull(Authority.parse("a.example")),
                Fields.create(),
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                0);
    }

    @Test
    void whereAnAnswerCannotBeShapedTheClientGets500WithItsIdAndTheLogTheError() throws Exception {
        try (Complaints complaints = Complaints.of(Attempt.class)) {
            FailingExchange.Answer answer = ask("", FailingExchange::hideClient);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).contains("Something went wrong on our side.", "id c-1");
            assertThat(complaints.errors())
                    .containsExactly("internal error with an answer of " + first.address() + ": a fault of ours");
            assertThat(first.requestCount() + second.requestCount()).isEqualTo(1);
            first.connections().getFirst().awaitEnd();
        }
    }

    @Test
    void soItIsWithARequestThatWasHedged() throws Exception {
        first.answer(Turn::hang);
        answering = second;
        try (Complaints complaints = Complaints.of(Attempt.class)) {
            FailingExchange.Answer answer = ask(", hedge.after = 20 ms", FailingExchange::hideClient);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(complaints.errors())
                    .containsExactly("internal error with an answer of " + second.address() + ": a fault of ours");
            first.connections().getFirst().awaitEnd();
            second.connections().getFirst().awaitEnd();
        }
    }

    /** Nobody knows what of it was sent. */
    @Test
    void whereAHeadCannotBeSentTheExchangeIsCut() throws Exception {
        try (Complaints complaints = Complaints.of(Attempt.class)) {
            FailingExchange.Answer answer = ask("", exchange -> exchange.refuse(200));
            assertThat(answer.status()).isZero();
            assertThat(answer.body()).contains("INTERNAL");
            assertThat(complaints.errors()).hasSize(1);
            first.connections().getFirst().awaitEnd();
        }
    }
}
