package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real gRPC client and a real gRPC server with the product between them: h2c to h2c. */
class GrpcWireTest {
    private static final GrpcService SERVICE = new GrpcService();

    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension()
            .word("grpc", "127.0.0.1:" + SERVICE.port())
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
        assertThat(SERVICE.stop()).isTrue();
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
        Iterator<String> answers =
                ClientCalls.blockingServerStreamingCall(channel, GrpcService.DOWN, CallOptions.DEFAULT, "3");
        List<String> seen = new ArrayList<>();
        answers.forEachRemaining(seen::add);
        assertThat(seen).containsExactly("0", "1", "2");
    }

    @Test
    void aClientsStreamArrives() {
        Collector answers = new Collector();
        StreamObserver<String> requests =
                ClientCalls.asyncClientStreamingCall(channel.newCall(GrpcService.UP, CallOptions.DEFAULT), answers);
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
                ClientCalls.asyncBidiStreamingCall(channel.newCall(GrpcService.BOTH, CallOptions.DEFAULT), answers);
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
        Iterator<String> answers =
                ClientCalls.blockingServerStreamingCall(channel, GrpcService.DOWN, CallOptions.DEFAULT, "fail");
        assertThat(answers.next()).isEqualTo("first");
        assertThatThrownBy(answers::next).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DATA_LOSS);
            assertThat(e.getStatus().getDescription()).isEqualTo("half of it");
            assertThat(e.getTrailers()).isNotNull().satisfies(trailers -> assertThat(trailers.get(GrpcService.REASON))
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
        int before = SERVICE.cancelled();
        CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS);
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, GrpcService.UNARY, soon, "hang"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        Await.until(() -> SERVICE.cancelled() > before, "the server hears of it");
    }

    @Test
    void aCancelledCallIsCancelledAtTheServer() {
        int before = SERVICE.cancelled();
        Collector answers = new Collector();
        ClientCall<String, String> call = channel.newCall(GrpcService.DOWN, CallOptions.DEFAULT);
        ClientCalls.asyncServerStreamingCall(call, "hang", answers);
        Await.until(() -> answers.values.contains("begun"), "the first message");
        call.cancel("enough", null);
        assertThat(answers.awaitEnd().getCode()).isEqualTo(Status.Code.CANCELLED);
        Await.until(() -> SERVICE.cancelled() > before, "the server hears of it");
        // The connection to the server was not the price.
        assertThat(unary("next")).isEqualTo("next!");
    }

    private String unary(String request) {
        return ClientCalls.blockingUnaryCall(channel, GrpcService.UNARY, CallOptions.DEFAULT, request);
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
}
