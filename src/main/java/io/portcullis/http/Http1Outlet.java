package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteWriter;
import io.portcullis.net.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of an HTTP/1.1 connection as a {@link ByteSink}: one message's body in the coding its head announced.
 *
 * <p>Bytes beyond the announced length, and bytes after the end, are freed and not sent.
 */
@io.portcullis.net.OnLoop
public final class Http1Outlet implements ByteSink {
    /** The connection behind an outlet. */
    public interface Owner {
        /**
         * The body ended and everything was flushed.
         *
         * @param written the write of its last byte; null where no byte followed the head
         */
        void ended(@Nullable ChannelFuture written);

        /** The body broke off: the connection cannot be used for anything else. */
        void aborted(Failure why);

        /** The fields that follow the body, asked for at its end. */
        @Nullable
        Fields trailers();
    }

    /** The length of a body that ends with its connection. */
    public static final long UNTIL_CLOSE = Long.MAX_VALUE;

    /** Up to this many bytes a copy is cheaper than writes of their own for what stands around a chunk. */
    private static final int SMALL_CHUNK = 1024;

    private static final byte[] CRLF = {'\r', '\n'};

    private enum State {
        OPEN,
        OVER
    }

    private final Channel channel;
    private final Owner owner;
    private final ByteWriter scratch;
    private final boolean chunked;
    private long remaining;
    private boolean chunkOpen;
    private long bytes;
    private State state = State.OPEN;
    private @Nullable Runnable whenDrained;
    private @Nullable ChannelFuture lastWrite;

    /**
     * @param chunked whether the body goes in chunks
     * @param length bytes that may be sent otherwise; {@link #UNTIL_CLOSE} up to the connection's end
     */
    public Http1Outlet(Channel channel, Owner owner, ByteWriter scratch, boolean chunked, long length) {
        this.channel = channel;
        this.owner = owner;
        this.scratch = scratch;
        this.chunked = chunked;
        this.remaining = length;
    }

    @Override
    public void write(ByteBuf chunk) {
        int size = chunk.readableBytes();
        bytes += size;
        if (state == State.OVER || size == 0 || !chunked && size > remaining) {
            chunk.release();
        } else if (chunked) {
            writeChunk(chunk, size);
        } else {
            remaining -= remaining == UNTIL_CLOSE ? 0 : size;
            if (remaining == 0) {
                lastWrite = channel.write(chunk);
            } else {
                channel.write(chunk, channel.voidPromise());
            }
        }
    }

    /**
     * A small chunk goes whole, in one buffer. Behind a large one its CRLF goes with the next chunk's first line, the last chunk, or
     * the flush, whichever is first: who waits for a chunk gets all of it.
     */
    private void writeChunk(ByteBuf chunk, int size) {
        endChunk().put(Integer.toHexString(size)).put(CRLF);
        if (size <= SMALL_CHUNK) {
            scratch.put(chunk).put(CRLF);
            chunk.release();
            writeScratch();
        } else {
            writeScratch();
            channel.write(chunk, channel.voidPromise());
            chunkOpen = true;
        }
    }

    /** Begins what is to be written with the end of a chunk that has none yet. */
    private ByteWriter endChunk() {
        scratch.clear();
        if (chunkOpen) {
            chunkOpen = false;
            scratch.put(CRLF);
        }
        return scratch;
    }

    private void writeScratch() {
        channel.write(scratch.toBuffer(channel.alloc()), channel.voidPromise());
    }

    @Override
    public void flush() {
        if (chunkOpen && state == State.OPEN) {
            endChunk();
            writeScratch();
        }
        channel.flush();
    }

    @Override
    public void end() {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        whenDrained = null;
        if (chunked) {
            endChunk().put((byte) '0').put(CRLF);
            Http1Writer.trailers(scratch, owner.trailers());
            lastWrite = channel.write(scratch.toBuffer(channel.alloc()));
        } else if (remaining == UNTIL_CLOSE) {
            lastWrite = channel.write(Unpooled.EMPTY_BUFFER);
        }
        channel.flush();
        owner.ended(lastWrite);
    }

    @Override
    public void abort(Failure why) {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        whenDrained = null;
        owner.aborted(why);
    }

    @Override
    public boolean isFull() {
        return state == State.OPEN && !channel.isWritable();
    }

    @Override
    public void onDrained(Runnable then) {
        whenDrained = then;
    }

    /** The channel can take bytes again; called by its owner. */
    public void drained() {
        Runnable then = whenDrained;
        if (then != null && !isFull()) {
            whenDrained = null;
            then.run();
        }
    }

    /** No more bytes: what comes is freed. */
    public void shut() {
        state = State.OVER;
        whenDrained = null;
    }

    /** Bytes of the body handed over so far. */
    public long bytes() {
        return bytes;
    }

    public boolean isOver() {
        return state == State.OVER;
    }
}
