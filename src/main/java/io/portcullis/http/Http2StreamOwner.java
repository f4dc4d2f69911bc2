package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a stream of HTTP/2 carries: one exchange, or one call. Hears of what comes, on its loop. */
@io.portcullis.net.OnLoop
public interface Http2StreamOwner {
    /** A response's head, interim or final; to those who opened the stream only. */
    default void head(Http2Block block, boolean last) {
        throw new IllegalStateException("a second head");
    }

    /** Some of the body; takes ownership. */
    void content(ByteBuf chunk);

    /** The peer has ended its half. */
    void ended(@Nullable Fields trailers);

    /** The read that brought the last of it is over. */
    void settled();

    /**
     * The stream was reset, or its connection has gone; nothing more is heard.
     *
     * @param byPeer whether the peer said so; else it broke a rule, and we did
     * @param processed whether the peer may have acted on the stream (RFC 9113 §8.7)
     */
    void reset(Http2Code code, boolean byPeer, boolean processed, String detail);

    /** Our half ended, and its last byte was taken by the socket; or was not, for the connection broke. */
    void sent(boolean reached);

    /** The fields that follow what we send; asked for at its end. */
    @Nullable
    Fields trailers();

    /** What waited to be sent is waiting still, or no more. */
    void blocked(boolean on);
}
