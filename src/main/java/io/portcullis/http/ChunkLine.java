package io.portcullis.http;

import io.netty.buffer.ByteBuf;

/**
 * Reads the line before each chunk: hexadecimal digits, then perhaps extensions, which are checked for what could be read in two
 * ways, counted, and dropped (RFC 9112 §7.1, §7.1.1). Works on any split of the bytes.
 */
@io.portcullis.net.OnLoop
final class ChunkLine {
    /** Bytes of extensions in one message. */
    private static final int MOST_EXTENSION_BYTES = 4096;

    private static final int MOST_DIGITS = 15;

    private enum State {
        DIGITS,
        EXTENSION,
        QUOTED,
        QUOTED_PAIR,
        AFTER_CR
    }

    private final HeadLimits limits;
    private State state = State.DIGITS;
    private long size;
    private int digits;
    private int extensionBytes;

    ChunkLine(HeadLimits limits) {
        this.limits = limits;
    }

    /** A new message begins. */
    void reset() {
        extensionBytes = 0;
        next();
    }

    /** The size that was read. */
    long size() {
        return size;
    }

    /**
     * Takes bytes of {@code in} up to the end of the line.
     *
     * @return whether it has come; then {@link #size} is known
     */
    boolean read(ByteBuf in) throws MalformedMessage {
        if (state == State.DIGITS && digits == 0) {
            next();
        }
        while (in.isReadable()) {
            byte b = in.readByte();
            if (state == State.AFTER_CR) {
                if (b != '\n') {
                    throw limits.bad("CR without LF after a chunk size");
                }
                state = State.DIGITS;
                digits = 0;
                return true;
            }
            step(b);
        }
        return false;
    }

    private void next() {
        state = State.DIGITS;
        size = 0;
        digits = 0;
    }

    private void step(byte b) throws MalformedMessage {
        switch (state) {
            case DIGITS -> digit(b);
            case EXTENSION -> {
                count(b);
                if (b == '\r') {
                    state = State.AFTER_CR;
                } else if (b == '"') {
                    state = State.QUOTED;
                }
            }
            case QUOTED -> {
                count(b);
                if (b == '\r') {
                    throw limits.bad("a quoted chunk extension that does not end");
                }
                if (b == '"') {
                    state = State.EXTENSION;
                } else if (b == '\\') {
                    state = State.QUOTED_PAIR;
                }
            }
            case QUOTED_PAIR -> {
                count(b);
                if (b == '\r') {
                    throw limits.bad("a quoted chunk extension that does not end");
                }
                state = State.QUOTED;
            }
            case AFTER_CR -> throw new IllegalStateException("handled by read");
        }
    }

    private void digit(byte b) throws MalformedMessage {
        int value = Character.digit(b, 16);
        if (value >= 0 && b > 0) {
            if (++digits > MOST_DIGITS) {
                throw limits.bad("a chunk size of more than " + MOST_DIGITS + " digits");
            }
            size = size << 4 | value;
        } else if (digits > 0 && b == '\r') {
            state = State.AFTER_CR;
        } else if (digits > 0 && b == ';') {
            state = State.EXTENSION;
        } else {
            throw limits.bad("malformed chunk size");
        }
    }

    private void count(byte b) throws MalformedMessage {
        if (b != '\r' && !FieldSyntax.isValue(b)) {
            throw limits.bad("a control byte in a chunk extension");
        }
        if (++extensionBytes > MOST_EXTENSION_BYTES) {
            throw limits.bad("more than " + MOST_EXTENSION_BYTES + " bytes of chunk extensions");
        }
    }
}
