package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that speak an endpoint's own protocol: TLS handshakes, and gRPC's health service. */
class ProtocolChecksWireTest {
    private static final String LISTEN =
            """
            listeners { plain { bind = "127.0.0.1:0" } }
            routes = [ { upstream = app } ]
            access-log { format = off }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile byte[] verdict = {8, 1};

    /** A server of grpc-java whose health service answers what the test says. */
    private Server grpc(boolean withHealth) throws IOException {
        MethodDescriptor<byte[], byte[]> check = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("grpc.health.v1.Health/Check")
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        if (withHealth) {
            builder.addService(ServerServiceDefinition.builder("grpc.health.v1.Health")
                    .addMethod(check, ServerCalls.asyncUnaryCall(this::answer))
                    .build());
        }
        return builder.build().start();
    }

    private void answer(byte[] request, StreamObserver<byte[]> answers) {
        asked.add(new String(request, StandardCharsets.ISO_8859_1));
        if (verdict.length == 1) {
            answers.onError(Status.NOT_FOUND.asException());
        } else {
            answers.onNext(verdict);
            answers.onCompleted();
        }
    }

    private void start(Server server, String check) throws Exception {
        proxy.word("grpc", "127.0.0.1:" + server.getPort())
                .start(LISTEN
                        + """
                                upstreams.app {
                                  endpoints = ["{grpc}"], protocol = h2c, panic-below = off, slow-start = off
                                  check { by = grpc, interval = 100 ms, rise = 1, fall = 1, %s }
                                }
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

    private void awaitSaid(String state, String reason) {
        Await.until(
                () -> {
                    String page = page();
                    return page.contains("\"state\":\"" + state + "\"") && page.contains(reason);
                },
                () -> state + " because " + reason + ": " + page(),
                Await.LIMIT);
    }

    @Test
    void aGrpcServerIsAskedWhetherItsServiceServes() throws Exception {
        Server server = grpc(true);
        try {
            start(server, "service = \"shop.v1.Orders\"");
            Await.until(() -> !asked.isEmpty(), "a check");
            assertThat(asked).containsOnly("\n\u000eshop.v1.Orders");
            verdict = new byte[] {8, 2};
            awaitSaid("down", "it says NOT_SERVING");
            verdict = new byte[0];
            awaitSaid("down", "it says UNKNOWN");
            verdict = new byte[] {0};
            awaitSaid("down", "it does not know the service");
            verdict = new byte[] {8, 1};
            awaitSaid("well", "");
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void theWholeServerIsAskedAboutByAnEmptyMessage() throws Exception {
        Server server = grpc(true);
        try {
            start(server, "");
            Await.until(() -> asked.size() >= 3, "checks");
            assertThat(asked).containsOnly("");
            assertThat(proxy.scrape().sum("portcullis_endpoint_available")).isEqualTo(1);
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void aServerWithoutTheHealthServiceIsNotWell() throws Exception {
        Server server = grpc(false);
        try {
            start(server, "");
            awaitSaid("down", "gRPC status 12: it has none");
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void aHandshakeIsEnoughWhereTlsIsAskedFor() throws Exception {
        TestCertificates backend =
                TestCertificates.in(Files.createDirectories(proxy.dir().resolve("backend")));
        try (Origin good =
                        Origin.startTls(backend.leaf("127.0.0.1").write("good").server());
                Origin foreign = Origin.startTls(
                        backend.leaf("other.example").write("other").server())) {
            good.answer(Script.ok("ok"));
            proxy.word("good", good.address())
                    .word("foreign", foreign.address())
                    .start(
                            LISTEN
                                    + """
                                    upstreams.app {
                                      endpoints = ["{good}", "{foreign}"], tls { ca = "backend/ca.pem" }, slow-start = off
                                      check { by = tls, interval = 100 ms, rise = 1, fall = 1 }
                                    }
                                    """);
            awaitSaid("down", "\"reason\":\"check: ");
            Await.until(() -> good.connections().size() >= 3, "checks of the good one");
            assertThat(good.connections()).allMatch(each -> each.received().isEmpty());
            try (RawClient client = RawClient.plain(proxy.port("plain"))) {
                for (int i = 0; i < 4; i++) {
                    client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
                    assertThat(client.readResponse().body()).isEqualTo("ok");
                }
            }
            assertThat(foreign.requestCount()).isZero();
        }
    }

    @Test
    void aCheckThatTheUpstreamCannotSpeakIsRefusedWithARemedy() {
        assertThatThrownBy(
                        () -> proxy.start(LISTEN + "upstreams.app { endpoints = [\"{origin}\"], check { by = grpc } }"))
                .hasMessageContaining("write protocol = h2c");
        assertThatThrownBy(
                        () -> proxy.start(LISTEN + "upstreams.app { endpoints = [\"{origin}\"], check { by = tls } }"))
                .hasMessageContaining("write tls {}");
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
