package io.portcullis.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks OCSP responders over plain HTTP (RFC 6960 appendix A, RFC 5019 §5). Safe for any thread; asking blocks. */
final class Responders implements AutoCloseable {
    /** Answers with a delegate's certificate have about 2 KiB. */
    static final int MOST_BYTES = 64 << 10;

    /** Requests up to this size go by GET, which caches on the way understand; RFC 5019 §5. */
    private static final int GET_BYTES = 255;

    private static final int OK = 200;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** The bytes that {@code question}'s responder answers, unjudged. */
    byte[] ask(StapleQuestion question, Duration timeout) throws StapleRefused, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> coming =
                client.sendAsync(request(question, timeout), head -> new Bounded());
        try {
            // Of the whole answer: the request's own timeout ends with the head.
            HttpResponse<byte[]> answer = coming.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != OK) {
                throw new StapleRefused(StapleFault.HTTP_STATUS, "status " + answer.statusCode());
            }
            return answer.body();
        } catch (TimeoutException e) {
            throw new StapleRefused(StapleFault.TIMEOUT, "");
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            coming.cancel(true);
        }
    }

    private static HttpRequest request(StapleQuestion question, Duration timeout) {
        byte[] der = question.request();
        String base = question.responder().toString();
        String path = URLEncoder.encode(Base64.getEncoder().encodeToString(der), StandardCharsets.US_ASCII);
        URI get = URI.create(base + (base.endsWith("/") ? "" : "/") + path);
        HttpRequest.Builder builder =
                HttpRequest.newBuilder().timeout(timeout).header("Accept", "application/ocsp-response");
        return get.toString().length() <= GET_BYTES
                ? builder.uri(get).GET().build()
                : builder.uri(question.responder())
                        .header("Content-Type", "application/ocsp-request")
                        .POST(BodyPublishers.ofByteArray(der))
                        .build();
    }

    private static StapleRefused failure(@Nullable Throwable cause) {
        if (cause instanceof TooLarge || cause != null && cause.getCause() instanceof TooLarge) {
            return new StapleRefused(StapleFault.TOO_LARGE, "more than " + MOST_BYTES + " bytes");
        }
        if (cause instanceof HttpTimeoutException) {
            return new StapleRefused(StapleFault.TIMEOUT, "");
        }
        return new StapleRefused(StapleFault.UNREACHABLE, cause == null ? "" : String.valueOf(cause.getMessage()));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** A body that was stopped at {@link #MOST_BYTES}. */
    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Collects a body, and cancels one that is too large. */
    private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                if (bytes.size() + part.remaining() > MOST_BYTES) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    body.completeExceptionally(new TooLarge());
                    return;
                }
                byte[] chunk = new byte[part.remaining()];
                part.get(chunk);
                bytes.writeBytes(chunk);
            }
        }

        @Override
        public void onError(Throwable cause) {
            body.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }
    }
}
