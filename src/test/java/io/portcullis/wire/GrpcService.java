package io.portcullis.wire;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A gRPC server of texts, with one method of each kind. */
final class GrpcService {
    static final MethodDescriptor<String, String> UNARY = method("Unary", MethodDescriptor.MethodType.UNARY);
    static final MethodDescriptor<String, String> DOWN = method("Down", MethodDescriptor.MethodType.SERVER_STREAMING);
    static final MethodDescriptor<String, String> UP = method("Up", MethodDescriptor.MethodType.CLIENT_STREAMING);
    static final MethodDescriptor<String, String> BOTH = method("Both", MethodDescriptor.MethodType.BIDI_STREAMING);
    static final Metadata.Key<String> REASON = Metadata.Key.of("x-reason", Metadata.ASCII_STRING_MARSHALLER);

    private final AtomicInteger cancelled = new AtomicInteger();
    private final Server server = server();

    int port() {
        return server.getPort();
    }

    /** Calls that the server was told nobody waits for. */
    int cancelled() {
        return cancelled.get();
    }

    boolean stop() throws InterruptedException {
        server.shutdownNow();
        return server.awaitTermination(10, TimeUnit.SECONDS);
    }

    private Server server() {
        ServerServiceDefinition service = ServerServiceDefinition.builder("test.Echo")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
                .addMethod(DOWN, ServerCalls.asyncServerStreamingCall(this::down))
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

    private void unary(String request, StreamObserver<String> answers) {
        switch (request) {
            case "fail" ->
                answers.onError(
                        Status.NOT_FOUND.withDescription("no such thing").asException());
            case "hang" -> ((ServerCallStreamObserver<String>) answers).setOnCancelHandler(cancelled::incrementAndGet);
            default -> {
                answers.onNext(request + "!");
                answers.onCompleted();
            }
        }
    }

    private void down(String request, StreamObserver<String> answers) {
        if (request.equals("hang")) {
            ((ServerCallStreamObserver<String>) answers).setOnCancelHandler(cancelled::incrementAndGet);
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
    private final class Joiner implements StreamObserver<String> {
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
            cancelled.incrementAndGet();
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
