package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Puts blocks of fields together from HEADERS and CONTINUATION, and decodes them (RFC 9113 §4.3, §6.2, §6.10).
 *
 * <p>Between the frames of a block nothing else may come; how many frames and bytes it may have is bounded (rule T13).
 */
@io.portcullis.net.OnLoop
final class Http2Reading {
    private static final int MOST_CONTINUATIONS = 32;
    private static final int PRIORITY_LENGTH = 5;

    private final Http2Settings settings;
    private final HpackDecoder decoder;
    private final boolean requests;
    private @Nullable ByteBuf block;
    private int stream;
    private int flags;
    private int continuations;

    /** @param requests whether the peer is a client */
    Http2Reading(Http2Settings settings, boolean requests) {
        this.settings = settings;
        this.requests = requests;
        this.decoder = new HpackDecoder(HpackTable.INITIAL_CAPACITY, settings.headerList());
    }

    /** Whether a block has begun that has not ended. */
    boolean isWithin() {
        return block != null;
    }

    /** The stream of the block that was just decoded. */
    int stream() {
        return stream;
    }

    /** Whether the stream ends with the block that was just decoded. */
    boolean isLast() {
        return (flags & Http2FrameReader.END_STREAM) != 0;
    }

    /** Reads HEADERS; null where more of the block follows. */
    @Nullable
    Http2Block headers(int onStream, int withFlags, ByteBuf payload, int length, ByteBufAllocator allocator)
            throws Http2Violation {
        stream = onStream;
        flags = withFlags;
        int end = payload.readerIndex() + length;
        if ((flags & Http2FrameReader.PADDED) != 0) {
            if (length < 1) {
                throw Http2Violation.frameSize("padded HEADERS without a pad length");
            }
            end -= payload.readUnsignedByte();
        }
        if ((flags & Http2FrameReader.PRIORITIZED) != 0) {
            if (end - payload.readerIndex() < PRIORITY_LENGTH) {
                throw Http2Violation.frameSize("HEADERS too short for its priority");
            }
            if ((payload.readInt() & 0x7fffffff) == stream) {
                throw Http2Violation.protocol("a stream that depends on itself");
            }
            payload.skipBytes(1);
        }
        if (end < payload.readerIndex()) {
            throw Http2Violation.protocol("more padding than frame");
        }
        ByteBuf piece = payload.readSlice(end - payload.readerIndex());
        if ((flags & Http2FrameReader.END_HEADERS) != 0) {
            return decode(piece);
        }
        continuations = 0;
        block = allocator.heapBuffer(piece.readableBytes() * 2).writeBytes(piece);
        return null;
    }

    /** Reads CONTINUATION; null where more of the block follows. */
    @Nullable
    Http2Block continuation(int onStream, int withFlags, ByteBuf payload, int length) throws Http2Violation {
        ByteBuf open = block;
        if (open == null || onStream != stream) {
            throw Http2Violation.protocol("CONTINUATION without HEADERS before it");
        }
        continuations++;
        if (continuations > MOST_CONTINUATIONS || open.readableBytes() + length > settings.blockBytes()) {
            throw Http2Violation.flood(
                    "continuation",
                    "a block of fields in " + continuations + " CONTINUATION frames, " + (open.readableBytes() + length)
                            + " bytes");
        }
        open.writeBytes(payload, payload.readerIndex(), length);
        if ((withFlags & Http2FrameReader.END_HEADERS) == 0) {
            return null;
        }
        try {
            return decode(open);
        } finally {
            close();
        }
    }

    /** Our SETTINGS took effect at the peer. */
    void settingsAcknowledged() {
        decoder.settingsAcknowledged();
    }

    /** Frees what it holds. */
    void close() {
        if (block != null) {
            block.release();
            block = null;
        }
    }

    private Http2Block decode(ByteBuf bytes) throws Http2Violation {
        Http2Block decoded = new Http2Block(settings.limits(), requests);
        try {
            decoder.decode(bytes, decoded);
        } catch (HpackException e) {
            throw new Http2Violation(Http2Code.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
        }
        decoded.end();
        return decoded;
    }
}
