package io.portcullis.http;

import io.netty.buffer.Unpooled;
import io.portcullis.net.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A response that we make ourselves and hold whole. Its bytes are not changed after it was made. */
public final class WholeAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(WholeAnswer.class);

    private final ResponseHead head;
    private final byte[] body;

    private WholeAnswer(ResponseHead head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    /** Takes over {@code body}. */
    public static WholeAnswer of(int status, CharSequence contentType, byte[] body) {
        ResponseHead head = ResponseHead.of(status, body.length);
        head.fields().set("Content-Type", contentType);
        return new WholeAnswer(head, body);
    }

    public static WholeAnswer of(int status, CharSequence contentType, String body) {
        return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sets a field.
     *
     * @throws IllegalArgumentException where name or value has characters that a field cannot carry
     */
    public WholeAnswer with(CharSequence name, CharSequence value) {
        head.fields().set(name, value);
        return this;
    }

    /** Its fields, until it is sent. */
    public Fields fields() {
        return head.fields();
    }

    /** Says that its connection is over after it: what follows is not to be read as another request. */
    public WholeAnswer last() {
        head.markLast();
        return this;
    }

    /** Bytes of its body. */
    public int length() {
        return body.length;
    }

    public int status() {
        return head.status();
    }

    /** Answers {@code exchange}; on its loop. */
    public void send(Exchange exchange) {
        ByteSink sink = exchange.respond(head);
        if (body.length > 0 && head.hasBody(exchange.head())) {
            sink.write(Unpooled.wrappedBuffer(body));
        }
        sink.end();
    }

    /**
     * Makes an answer by {@code worker}, which may block, and sends it if the client is still there. Where {@code make} throws, the log has
     * it, and the answer is 500; both name an id.
     */
    public static void later(Exchange exchange, Executor worker, Supplier<WholeAnswer> make) {
        worker.execute(() -> {
            WholeAnswer made = null;
            RuntimeException ours = null;
            try {
                made = make.get();
            } catch (RuntimeException e) {
                ours = e;
            }
            WholeAnswer answer = made;
            RuntimeException thrown = ours;
            exchange.loop().executor().execute(() -> {
                WholeAnswer sent = answer == null ? internal(exchange, thrown) : answer;
                if (!exchange.isOver()) {
                    sent.send(exchange);
                }
            });
        });
    }

    private static WholeAnswer internal(Exchange exchange, @Nullable RuntimeException thrown) {
        String id = exchange.client().nextId();
        LOG.error("internal error where an answer was made, id {}", id, thrown);
        return of(
                        500,
                        "text/plain; charset=utf-8",
                        "500: an internal error; the log of Portcullis has it\nid " + id + "\n")
                .with("Cache-Control", "no-store")
                .with("X-Request-Id", id);
    }
}
