package io.portcullis.listen;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Decoded messages of requests that a client sent before the one that runs is answered (rule F22). */
@io.portcullis.net.OnLoop
final class Ahead {
    private final ArrayDeque<Object> messages = new ArrayDeque<>(0);
    private int requests;
    private boolean body;

    /** Takes ownership of {@code message}. */
    void add(Object message) {
        messages.add(message);
        if (message instanceof HttpRequest) {
            requests++;
        }
        body |= message instanceof HttpContent content && content.content().isReadable();
    }

    /** The next message, which the caller owns then; null where there is none. */
    @Nullable
    Object poll() {
        Object message = messages.poll();
        if (message instanceof HttpRequest) {
            requests--;
        }
        body &= !messages.isEmpty();
        return message;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Whether nothing more should be read until the first has had its turn. */
    boolean isFull(int most) {
        return requests >= most || body;
    }

    void free() {
        for (Object message = messages.poll(); message != null; message = messages.poll()) {
            ReferenceCountUtil.release(message);
        }
        requests = 0;
        body = false;
    }
}
