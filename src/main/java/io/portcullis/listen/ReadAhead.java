package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.portcullis.http.Http1Decoder;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Feeds a decoder, and keeps what a client sent beyond the request that runs: bytes, undecoded (rule F22). */
@io.portcullis.net.OnLoop
final class ReadAhead {
    private final Http1Decoder<?> decoder;
    private final ArrayDeque<ByteBuf> bytes = new ArrayDeque<>(0);
    private @Nullable ByteBuf decoding;
    private boolean shut;

    ReadAhead(Http1Decoder<?> decoder) {
        this.decoder = decoder;
    }

    /** Takes ownership of {@code in} and decodes up to the end of the request that runs. */
    void take(ByteBuf in) {
        if (shut) {
            in.release();
        } else {
            bytes.add(in);
            decode();
        }
    }

    /** Goes on to the next request. A call from within a decoder's callback is answered by the loop that called it. */
    void next() {
        decoder.next();
        decode();
    }

    boolean isEmpty() {
        return bytes.isEmpty() && (decoding == null || !decoding.isReadable());
    }

    /** Frees what there is and what may still come. */
    void shut() {
        shut = true;
        while (!bytes.isEmpty()) {
            bytes.removeFirst().release();
        }
    }

    private void decode() {
        while (decoding == null && !bytes.isEmpty() && !decoder.isDone()) {
            decode(bytes.removeFirst());
        }
    }

    /** What belongs to a later request goes back to the head of the queue. */
    private void decode(ByteBuf in) {
        boolean kept = false;
        decoding = in;
        try {
            decoder.decode(in);
            kept = in.isReadable() && !shut;
            if (kept) {
                bytes.addFirst(in);
            }
        } finally {
            decoding = null;
            if (!kept) {
                in.release();
            }
        }
    }
}
