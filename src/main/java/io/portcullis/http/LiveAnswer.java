package io.portcullis.http;

import io.netty.buffer.Unpooled;
import io.portcullis.net.ByteSink;
import io.portcullis.net.Failure;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A response of our own that goes on, piece by piece, until the client goes. A client that does not read loses pieces, and holds no
 * memory for them. On the exchange's loop, but for {@link #tell}.
 */
public final class LiveAnswer implements Exchange.Watcher {
    private final Exchange exchange;
    private final String id;
    private final Runnable gone;
    private @Nullable ByteSink sink;

    /** @param gone runs once, when the exchange is over */
    public LiveAnswer(Exchange exchange, Runnable gone) {
        this.exchange = exchange;
        this.id = exchange.client().nextId();
        this.gone = gone;
    }

    /** Answers with a head that says {@code contentType}, and {@code text} as the first piece. */
    public void begin(CharSequence contentType, String text) {
        exchange.watch(this);
        ResponseHead head = ResponseHead.of(200, ResponseHead.UNKNOWN_LENGTH);
        head.fields().set("Content-Type", contentType);
        head.fields().set("Cache-Control", "no-store");
        head.fields().set("X-Content-Type-Options", "nosniff");
        sink = exchange.respond(head);
        send(text);
    }

    /** Sends {@code piece}, or drops it where the client has not read what came before. Any thread. */
    public void tell(String piece) {
        try {
            exchange.loop().executor().execute(() -> send(piece));
        } catch (RejectedExecutionException e) {
            // The process is ending, and the client hears of it by itself.
        }
    }

    private void send(String piece) {
        ByteSink open = sink;
        if (open != null && !exchange.isOver() && !open.isFull()) {
            open.write(Unpooled.copiedBuffer(piece, StandardCharsets.UTF_8));
            open.flush();
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void over(@Nullable Failure why) {
        sink = null;
        gone.run();
    }
}
