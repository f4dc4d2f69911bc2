package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads the line before each chunk: hexadecimal digits, then perhaps extensions, which are checked for what could be read in two
 * ways, counted, and dropped (RFC 9112 §7.1, §7.1.1). Works on any split of the bytes.
 */
@io.portcullis.net.OnLoop
final class ChunkLine {
    /** Bytes of extensions in one message. */
    private static final int MOST_EXTENSION_BYTES = 4096;

    private static final int MOST_DIGITS = 15;

    /**
     * The grammar is {@code *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )}; blanks are taken after a semicolon
     * and around "=", but not before the first semicolon, where other readers see a part of the size.
     */
    private enum State {
        DIGITS,
        BEFORE_NAME,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        VALUE,
        QUOTED,
        QUOTED_PAIR,
        AFTER_VALUE,
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
        if (state == State.DIGITS) {
            digit(b);
            return;
        }
        count(b);
        state = switch (state) {
            case BEFORE_NAME -> isBlank(b) ? State.BEFORE_NAME : token(b, State.NAME);
            case NAME -> isBlank(b) ? State.AFTER_NAME : b == '=' ? State.BEFORE_VALUE : end(b, State.NAME);
            case AFTER_NAME -> isBlank(b) ? State.AFTER_NAME : b == '=' ? State.BEFORE_VALUE : end(b, null);
            case BEFORE_VALUE -> isBlank(b) ? State.BEFORE_VALUE : b == '"' ? State.QUOTED : token(b, State.VALUE);
            case VALUE -> isBlank(b) ? State.AFTER_VALUE : end(b, State.VALUE);
            case QUOTED -> b == '"' ? State.AFTER_VALUE : b == '\\' ? State.QUOTED_PAIR : quoted(b);
            case QUOTED_PAIR -> quoted(b);
            case AFTER_VALUE -> isBlank(b) ? State.AFTER_VALUE : end(b, null);
            case DIGITS, AFTER_CR -> throw new IllegalStateException("handled before");
        };
    }

    /** A semicolon or CR ends a part; otherwise a token goes on, where {@code within} says that it may. */
    private State end(byte b, @Nullable State within) throws MalformedMessage {
        if (b == ';') {
            return State.BEFORE_NAME;
        }
        if (b == '\r') {
            return State.AFTER_CR;
        }
        if (within == null) {
            throw limits.bad("a malformed chunk extension");
        }
        return token(b, within);
    }

    private State token(byte b, State next) throws MalformedMessage {
        if (!FieldSyntax.isToken(b)) {
            throw limits.bad("a malformed chunk extension");
        }
        return next;
    }

    private State quoted(byte b) throws MalformedMessage {
        if (b == '\r') {
            throw limits.bad("a quoted chunk extension that does not end");
        }
        return State.QUOTED;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
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
            state = State.BEFORE_NAME;
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
