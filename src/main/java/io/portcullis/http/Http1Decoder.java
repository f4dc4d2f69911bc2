package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Takes an HTTP/1.1 byte stream apart into messages: strict, in any split of the bytes, and never a byte beyond the message.
 *
 * <pre>
 * state        bytes are                 goes on to
 * HEAD         a head                    what the head announces, DONE where no body follows
 * FIXED        that many of the body     DONE
 * CHUNK_SIZE   a chunk's first line      CHUNK_DATA, or TRAILERS after size 0
 * CHUNK_DATA   that many of the body     CHUNK_END
 * CHUNK_END    CRLF                      CHUNK_SIZE
 * TRAILERS     fields, an empty line     DONE
 * UNTIL_CLOSE  the body                  DONE at closed()
 * DONE         not looked at             HEAD at next()
 * BROKEN       thrown away               -
 * </pre>
 *
 * Why our own: Netty's decoder unfolds folded lines, takes several blanks between the parts of a request line, blanks around a chunk
 * size and any number of empty lines before a request (rules F08, F11, F15, F26), which a check after it cannot see any more; and it
 * makes objects of every field.
 *
 * @param <H> what a head becomes
 */
@io.portcullis.net.OnLoop
public final class Http1Decoder<H> {
    /** Hears what the bytes were. Any call may lead to {@link #next}. */
    public interface Owner<H> {
        /** Makes a head of its lines. */
        Reading<H> read(HeadParser lines) throws MalformedMessage;

        /** Bytes of the body that follows: 0 for none, {@link #CHUNKED} or {@link #UNTIL_CLOSE}. */
        long bodyLength(H head);

        /** A head came. Where its body has a length other than 0, {@link #content} and {@link #end} follow. */
        void head(H head);

        /** Takes ownership of {@code chunk}. */
        void content(ByteBuf chunk);

        /** The body is over. */
        void end(@Nullable Fields trailers);

        /** The bytes are no valid message: nothing more will be decoded. */
        void malformed(Failure why);
    }

    /** {@link Owner#bodyLength} of a body in chunks. */
    public static final long CHUNKED = -1;

    /** {@link Owner#bodyLength} of a body that the connection's end ends. */
    public static final long UNTIL_CLOSE = -2;

    private static final int MOST_EMPTY_LINES = 2;

    private enum State {
        HEAD,
        FIXED,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS,
        UNTIL_CLOSE,
        DONE,
        BROKEN
    }

    private final HeadLimits limits;
    private final Owner<H> owner;
    private final HeadBuffer buffer;
    private final ChunkLine chunkLine;
    private State state = State.HEAD;
    private long remaining;
    private int emptyLines;
    private boolean crSeen;

    public Http1Decoder(HeadLimits limits, Owner<H> owner) {
        this.limits = limits;
        this.owner = owner;
        this.buffer = new HeadBuffer(limits);
        this.chunkLine = new ChunkLine(limits);
    }

    /** Takes bytes of {@code in} until it is empty or the message is over. Borrows {@code in}. */
    public void decode(ByteBuf in) {
        try {
            while (in.isReadable() && state != State.DONE) {
                step(in);
            }
        } catch (MalformedMessage e) {
            state = State.BROKEN;
            in.skipBytes(in.readableBytes());
            owner.malformed(Failure.of(e.kind(), e.detail()));
        }
    }

    /** Begins the next message, once one is over. */
    public void next() {
        if (state == State.DONE) {
            state = State.HEAD;
            emptyLines = 0;
            buffer.reset(true);
        }
    }

    /** After a message that is over: everything that follows is one body, up to the connection's end. */
    public void tunnel() {
        state = State.UNTIL_CLOSE;
    }

    /** The connection has ended: ends a body that ends so. */
    public void closed() {
        if (state == State.UNTIL_CLOSE) {
            state = State.DONE;
            owner.end(null);
        }
    }

    /** Whether a message is over and the next has not begun. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /** Whether a head has begun and not ended. */
    public boolean isInHead() {
        return state == State.HEAD && (!buffer.isEmpty() || emptyLines > 0);
    }

    private void step(ByteBuf in) throws MalformedMessage {
        switch (state) {
            case HEAD -> head(in);
            case FIXED -> fixed(in);
            case CHUNK_SIZE -> chunkSize(in);
            case CHUNK_DATA -> chunkData(in);
            case CHUNK_END -> chunkEnd(in);
            case TRAILERS -> trailers(in);
            case UNTIL_CLOSE -> owner.content(in.readRetainedSlice(in.readableBytes()));
            case DONE -> throw new IllegalStateException("decode: the message is over");
            case BROKEN -> in.skipBytes(in.readableBytes());
        }
    }

    private void head(ByteBuf in) throws MalformedMessage {
        if (buffer.isEmpty() && emptyLines == 0) {
            buffer.reset(true);
        }
        if (!buffer.collect(in)) {
            return;
        }
        boolean empty = buffer.length() == 2 && buffer.bytes()[0] == '\r';
        if (empty && limits.isRequest() && emptyLines < MOST_EMPTY_LINES) {
            emptyLines++;
            buffer.reset(true);
            return;
        }
        Reading<H> reading = owner.read(new HeadParser(buffer.bytes(), buffer.length(), limits));
        buffer.reset(true);
        if (reading instanceof Reading.Refused<H> refused) {
            throw new MalformedMessage(refused.why().kind(), refused.why().detail());
        }
        @SuppressWarnings("unchecked") // the other readings are the heads themselves
        H head = (H) reading;
        announce(owner.bodyLength(head));
        owner.head(head);
    }

    private void announce(long length) {
        if (length == CHUNKED) {
            state = State.CHUNK_SIZE;
            chunkLine.reset();
        } else if (length == UNTIL_CLOSE) {
            state = State.UNTIL_CLOSE;
        } else {
            remaining = length;
            state = length == 0 ? State.DONE : State.FIXED;
        }
    }

    private void fixed(ByteBuf in) {
        int size = (int) Math.min(in.readableBytes(), remaining);
        remaining -= size;
        ByteBuf piece = in.readRetainedSlice(size);
        if (remaining > 0) {
            owner.content(piece);
        } else {
            state = State.DONE;
            owner.content(piece);
            owner.end(null);
        }
    }

    private void chunkSize(ByteBuf in) throws MalformedMessage {
        if (chunkLine.read(in)) {
            remaining = chunkLine.size();
            if (remaining == 0) {
                buffer.reset(false);
                state = State.TRAILERS;
            } else {
                state = State.CHUNK_DATA;
            }
        }
    }

    private void chunkData(ByteBuf in) {
        int size = (int) Math.min(in.readableBytes(), remaining);
        remaining -= size;
        if (remaining == 0) {
            state = State.CHUNK_END;
            crSeen = false;
        }
        owner.content(in.readRetainedSlice(size));
    }

    private void chunkEnd(ByteBuf in) throws MalformedMessage {
        byte expected = crSeen ? (byte) '\n' : (byte) '\r';
        if (in.readByte() != expected) {
            throw limits.bad("no CRLF after a chunk");
        }
        if (crSeen) {
            state = State.CHUNK_SIZE;
        }
        crSeen = true;
    }

    private void trailers(ByteBuf in) throws MalformedMessage {
        if (buffer.collect(in)) {
            Fields fields = new HeadParser(buffer.bytes(), buffer.length(), limits).fields();
            buffer.reset(true);
            state = State.DONE;
            owner.end(fields.isEmpty() ? null : fields);
        }
    }
}
