package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real gRPC client and a real gRPC server with the product between them: h2c to h2c. */
class GrpcWireTest {
    private static final MethodDescriptor<String, String> UNARY = method("Unary", MethodDescriptor.MethodType.UNARY);
    private static final MethodDescriptor<String, String> DOWN =
            method("Down", MethodDescriptor.MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<String, String> UP =
            method("Up", MethodDescriptor.MethodType.CLIENT_STREAMING);
    private static final MethodDescriptor<String, String> BOTH =
            method("Both", MethodDescriptor.MethodType.BIDI_STREAMING);
    private static final Metadata.Key<String> REASON = Metadata.Key.of("x-reason", Metadata.ASCII_STRING_MARSHALLER);
    private static final AtomicInteger CANCELLED = new AtomicInteger();
    private static final Server SERVER = server();

    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension()
            .word("grpc", "127.0.0.1:" + SERVER.getPort())
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0", h2c = on } }
                    upstreams.app { endpoints = ["{grpc}"], protocol = h2c }
                    routes = [ { upstream = app } ]
                    access-log { format = off }
                    """);

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", PROXY.port("plain"))
                .usePlaintext()
                .maxInboundMessageSize(1 << 26)
                .build();
    }

    @AfterEach
    void disconnect() throws Exception {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @AfterAll
    static void stop() throws Exception {
        SERVER.shutdownNow();
        assertThat(SERVER.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aUnaryCallIsAnswered() {
        assertThat(unary("hello")).isEqualTo("hello!");
    }

    @Test
    void messagesOfMegabytesPassBothWays() {
        String large = "0123456789abcdef".repeat(512 * 1024);
        assertThat(unary(large).equals(large + "!")).isTrue();
    }

    @Test
    void aServersStreamArrives() {
        Iterator<String> answers = ClientCalls.blockingServerStreamingCall(channel, DOWN, CallOptions.DEFAULT, "3");
        List<String> seen = new ArrayList<>();
        answers.forEachRemaining(seen::add);
        assertThat(seen).containsExactly("0", "1", "2");
    }

    @Test
    void aClientsStreamArrives() {
        Collector answers = new Collector();
        StreamObserver<String> requests =
                ClientCalls.asyncClientStreamingCall(channel.newCall(UP, CallOptions.DEFAULT), answers);
        requests.onNext("a");
        requests.onNext("b");
        requests.onNext("c");
        requests.onCompleted();
        assertThat(answers.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
        assertThat(answers.values).containsExactly("abc");
    }

    @Test
    void bothSidesMayTalkInTurn() {
        Collector answers = new Collector();
        StreamObserver<String> requests =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(BOTH, CallOptions.DEFAULT), answers);
        for (int i = 0; i < 20; i++) {
            requests.onNext("m" + i);
            int wanted = i + 1;
            Await.until(() -> answers.values.size() == wanted, "answer " + i);
        }
        requests.onCompleted();
        assertThat(answers.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
        assertThat(answers.values).startsWith("m0!", "m1!").hasSize(20);
    }

    @Test
    void anErrorComesInTrailersAfterMessages() {
        Iterator<String> answers = ClientCalls.blockingServerStreamingCall(channel, DOWN, CallOptions.DEFAULT, "fail");
        assertThat(answers.next()).isEqualTo("first");
        assertThatThrownBy(answers::next).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DATA_LOSS);
            assertThat(e.getStatus().getDescription()).isEqualTo("half of it");
            assertThat(e.getTrailers()).isNotNull().satisfies(trailers -> assertThat(trailers.get(REASON))
                    .isEqualTo("a test"));
        });
    }

    @Test
    void anErrorWithoutMessagesComesAlone() {
        assertThatThrownBy(() -> unary("fail")).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(e.getStatus().getDescription()).isEqualTo("no such thing");
        });
    }

    @Test
    void aDeadlineEndsTheCallOnBothSides() {
        int before = CANCELLED.get();
        CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS);
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, UNARY, soon, "hang"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        Await.until(() -> CANCELLED.get() > before, "the server hears of it");
    }

    @Test
    void aCancelledCallIsCancelledAtTheServer() {
        int before = CANCELLED.get();
        Collector answers = new Collector();
        ClientCall<String, String> call = channel.newCall(DOWN, CallOptions.DEFAULT);
        ClientCalls.asyncServerStreamingCall(call, "hang", answers);
        Await.until(() -> answers.values.contains("begun"), "the first message");
        call.cancel("enough", null);
        assertThat(answers.awaitEnd().getCode()).isEqualTo(Status.Code.CANCELLED);
        Await.until(() -> CANCELLED.get() > before, "the server hears of it");
        // The connection to the server was not the price.
        assertThat(unary("next")).isEqualTo("next!");
    }

    private String unary(String request) {
        return ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, request);
    }

    private static final class Collector implements StreamObserver<String> {
        final Queue<String> values = new ConcurrentLinkedQueue<>();
        private volatile @Nullable Status end;

        @Override
        public void onNext(String value) {
            values.add(value);
        }

        @Override
        public void onError(Throwable why) {
            end = Status.fromThrowable(why);
        }

        @Override
        public void onCompleted() {
            end = Status.OK;
        }

        Status awaitEnd() {
            return Await.value(() -> end, "end of the call");
        }
    }

    private static Server server() {
        ServerServiceDefinition service = ServerServiceDefinition.builder("test.Echo")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall(GrpcWireTest::unary))
                .addMethod(DOWN, ServerCalls.asyncServerStreamingCall(GrpcWireTest::down))
                .addMethod(UP, ServerCalls.asyncClientStreamingCall(answers -> new Joiner(answers, false)))
                .addMethod(BOTH, ServerCalls.asyncBidiStreamingCall(answers -> new Joiner(answers, true)))
                .build();
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .maxInboundMessageSize(1 << 26)
                    .addService(service)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unary(String request, StreamObserver<String> answers) {
        switch (request) {
            case "fail" ->
                answers.onError(
                        Status.NOT_FOUND.withDescription("no such thing").asException());
            case "hang" -> ((ServerCallStreamObserver<String>) answers).setOnCancelHandler(CANCELLED::incrementAndGet);
            default -> {
                answers.onNext(request + "!");
                answers.onCompleted();
            }
        }
    }

    private static void down(String request, StreamObserver<String> answers) {
        if (request.equals("hang")) {
            ((ServerCallStreamObserver<String>) answers).setOnCancelHandler(CANCELLED::incrementAndGet);
            answers.onNext("begun");
        } else if (request.equals("fail")) {
            answers.onNext("first");
            Metadata more = new Metadata();
            more.put(REASON, "a test");
            answers.onError(Status.DATA_LOSS.withDescription("half of it").asException(more));
        } else {
            for (int i = 0; i < Integer.parseInt(request); i++) {
                answers.onNext(Integer.toString(i));
            }
            answers.onCompleted();
        }
    }

    /** Answers each message, or all of them at the end. */
    private static final class Joiner implements StreamObserver<String> {
        private final StreamObserver<String> answers;
        private final boolean each;
        private final StringBuilder all = new StringBuilder();

        Joiner(StreamObserver<String> answers, boolean each) {
            this.answers = answers;
            this.each = each;
        }

        @Override
        public void onNext(String value) {
            all.append(value);
            if (each) {
                answers.onNext(value + "!");
            }
        }

        @Override
        public void onError(Throwable why) {
            CANCELLED.incrementAndGet();
        }

        @Override
        public void onCompleted() {
            if (!each) {
                answers.onNext(all.toString());
            }
            answers.onCompleted();
        }
    }

    private static MethodDescriptor<String, String> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName("test.Echo/" + name)
                .setRequestMarshaller(new Texts())
                .setResponseMarshaller(new Texts())
                .build();
    }

    private static final class Texts implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
