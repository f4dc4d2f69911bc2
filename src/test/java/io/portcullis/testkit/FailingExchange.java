package io.portcullis.testkit;

import io.netty.buffer.ByteBuf;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.Exchange;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import io.portcullis.net.Loop;
import io.portcullis.net.Peer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An exchange without a client: it throws where the test wants it to, and keeps what it is sent. */
public final class FailingExchange implements Exchange, ByteSource, ByteSink {
    /** What the client would have got. */
    public record Answer(int status, @Nullable String id, String body) {}

    private final Loop loop;
    private final RequestHead head;
    private volatile boolean shy;
    private volatile int unbearable;
    private final ClientConnection client =
            new ClientConnection(new Peer("plain", "192.0.2.7", 4711, null, null, 80, false, null), "c");
    private final StringBuilder body = new StringBuilder();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private @Nullable Watcher watcher;
    private @Nullable ResponseHead sent;

    public FailingExchange(Loop loop, RequestHead head) {
        this.loop = loop;
        this.head = head;
    }

    /** From now on whoever asks for the client makes it throw, until a response's head is sent. */
    public void hideClient() {
        shy = true;
    }

    /** Whoever sends a head of this status makes it throw. */
    public void refuse(int status) {
        unbearable = status;
    }

    /** Waits for the whole answer; status 0 where it was cut. */
    public Answer answer() throws Exception {
        return answer.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public ClientConnection client() {
        if (shy) {
            throw new IllegalStateException("a fault of ours");
        }
        return client;
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public @Nullable Failure fault() {
        return null;
    }

    @Override
    public ByteSource body() {
        return this;
    }

    @Override
    public void watch(Watcher hearer) {
        watcher = hearer;
    }

    @Override
    public void inform(ResponseHead interim) {
        throw new IllegalStateException("inform: no interim response is expected");
    }

    @Override
    public ByteSink respond(ResponseHead response) {
        if (response.status() == unbearable) {
            throw new IllegalStateException("a fault of ours");
        }
        shy = false;
        sent = response;
        return this;
    }

    @Override
    public boolean isOver() {
        return answer.isDone();
    }

    @Override
    public void cut(Failure why) {
        if (watcher != null) {
            watcher.over(why);
        }
        answer.complete(new Answer(0, null, why.toString()));
    }

    @Override
    public void into(ByteSink sink) {
        sink.end();
    }

    @Override
    public void pause() {
        // Nothing comes.
    }

    @Override
    public void resume() {
        // Nothing comes.
    }

    @Override
    public void cancel(Failure why) {
        // Nothing comes.
    }

    @Override
    public void write(ByteBuf chunk) {
        body.append(chunk.toString(StandardCharsets.UTF_8));
        chunk.release();
    }

    @Override
    public void flush() {
        // It is kept at once.
    }

    @Override
    public void end() {
        ResponseHead known = sent;
        if (watcher != null) {
            watcher.over(null);
        }
        if (known != null) {
            answer.complete(new Answer(known.status(), known.fields().first("x-request-id"), body.toString()));
        }
    }

    @Override
    public void abort(Failure why) {
        answer.completeExceptionally(new AssertionError("aborted: " + why));
    }

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public void onDrained(Runnable then) {
        then.run();
    }
}
