package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Collects a head, or a trailer section, up to its empty line.
 *
 * <p>The bytes are copied once, into the array that the message's {@link Fields} then stand in. A line that ends with a bare LF
 * also ends the collecting where it is empty, so that the parser, which refuses it, can say so at once.
 */
@io.portcullis.net.OnLoop
final class HeadBuffer {
    private static final int PIECE = 1024;
    private static final byte[] NONE = {};

    private final HeadLimits limits;
    private byte[] bytes = NONE;
    private int length;
    private int lineStart;
    private boolean firstLineEnded;
    private int firstLineLength;

    HeadBuffer(HeadLimits limits) {
        this.limits = limits;
    }

    /** Forgets what was collected. The array is not used again: the message before stands in it. */
    void reset(boolean withFirstLine) {
        bytes = NONE;
        length = 0;
        lineStart = 0;
        firstLineEnded = !withFirstLine;
        firstLineLength = 0;
    }

    boolean isEmpty() {
        return length == 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /**
     * Takes bytes of {@code in} up to the end of the head.
     *
     * @return whether the empty line has come
     */
    boolean collect(ByteBuf in) throws MalformedMessage {
        while (in.isReadable()) {
            int piece = Math.min(in.readableBytes(), PIECE);
            if (bytes.length - length < piece) {
                bytes = Arrays.copyOf(bytes, Math.max(length + piece, Math.min(bytes.length * 2, length + 8 * PIECE)));
            }
            in.getBytes(in.readerIndex(), bytes, length, piece);
            int end = scan(length, length + piece);
            if (end >= 0) {
                in.skipBytes(end - length);
                length = end;
                check();
                return true;
            }
            in.skipBytes(piece);
            length += piece;
            check();
        }
        return false;
    }

    /** The place after the empty line; -1 where it has not come. */
    private int scan(int from, int to) {
        byte[] all = bytes;
        for (int i = from; i < to; i++) {
            if (all[i] == '\n') {
                int line = i - lineStart;
                if (line == 0 || line == 1 && all[lineStart] == '\r') {
                    return i + 1;
                }
                if (!firstLineEnded) {
                    firstLineEnded = true;
                    firstLineLength = i + 1;
                }
                lineStart = i + 1;
            }
        }
        return -1;
    }

    private void check() throws MalformedMessage {
        int first = firstLineEnded ? firstLineLength : length;
        if (first > limits.firstLine() + 2) {
            throw new MalformedMessage(
                    limits.lineTooLong(), "the first line is longer than " + limits.firstLine() + " bytes");
        }
        if (length - first > limits.headerBytes() + 2) {
            throw new MalformedMessage(
                    limits.headTooLarge(), "the header fields are larger than " + limits.headerBytes() + " bytes");
        }
    }
}
