package io.portcullis.telemetry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lines in the making, all ASCII: what is not printable ASCII is escaped, so that no value can begin a line or speak to a terminal.
 *
 * <p>One thread. It grows to the longest batch and keeps that size.
 */
final class LineBuffer {
    /** Characters of one value; the rest is left out and {@code ...} says so. */
    static final int LONGEST_VALUE = 8192;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** Bytes of the longest escape of one character: U+FFFF as three times {@code \xhh}, in the combined format. */
    private static final int LONGEST_ESCAPE = 12;

    private static final int LONGEST_NUMBER = 20;

    private byte[] bytes;
    private int size;

    LineBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    /** Forgets what came after the first {@code mark} bytes. */
    void truncate(int mark) {
        size = mark;
    }

    /** What was written; valid until the next write. */
    ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** Appends bytes as they are. */
    LineBuffer raw(byte[] ascii) {
        room(ascii.length);
        System.arraycopy(ascii, 0, bytes, size, ascii.length);
        size += ascii.length;
        return this;
    }

    LineBuffer raw(char ascii) {
        room(1);
        bytes[size++] = (byte) ascii;
        return this;
    }

    /** Appends a decimal number, 0 or above; a negative one is written as 0. */
    LineBuffer number(long value) {
        room(LONGEST_NUMBER);
        long rest = Math.max(0, value);
        int digits = 1;
        for (long next = rest / 10; next > 0; next /= 10) {
            digits++;
        }
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
        return this;
    }

    /** Appends a number of exactly three digits, 0 to 999. */
    LineBuffer threeDigits(int value) {
        room(3);
        bytes[size++] = (byte) ('0' + (value / 100) % 10);
        bytes[size++] = (byte) ('0' + (value / 10) % 10);
        bytes[size++] = (byte) ('0' + value % 10);
        return this;
    }

    /** Appends milliseconds with three decimals. */
    LineBuffer millis(long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        return number(micros / 1000).raw('.').threeDigits((int) (micros % 1000));
    }

    /** Appends what stands between the quotes of a JSON string (RFC 8259 §7); a lone surrogate becomes U+FFFD. */
    LineBuffer json(String value) {
        int end = begin(value);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (isPlain(c)) {
                bytes[size++] = (byte) c;
            } else {
                jsonEscape(isLone(value, i) ? '\ufffd' : c);
            }
        }
        return end(value, end);
    }

    private void jsonEscape(char c) {
        bytes[size++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[size++] = (byte) c;
            case '\n' -> bytes[size++] = 'n';
            case '\r' -> bytes[size++] = 'r';
            case '\t' -> bytes[size++] = 't';
            default -> {
                bytes[size++] = 'u';
                hex(c >> 8);
                hex(c);
            }
        }
    }

    /**
     * Appends what stands between the quotes of a combined log, as Apache escapes it. Characters up to U+00FF stand for the bytes
     * that came; above, which only names of our own reach, they are written as UTF-8.
     */
    LineBuffer combined(String value) {
        int end = begin(value);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (isPlain(c)) {
                bytes[size++] = (byte) c;
            } else if (c == '"' || c == '\\') {
                bytes[size++] = '\\';
                bytes[size++] = (byte) c;
            } else if (c <= 0xff) {
                escapedByte(c);
            } else {
                int codePoint = isLone(value, i) ? 0xfffd : value.codePointAt(i);
                i += Character.charCount(codePoint) - 1;
                for (byte octet : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
                    escapedByte(octet);
                }
            }
        }
        return end(value, end);
    }

    private void escapedByte(int value) {
        bytes[size++] = '\\';
        bytes[size++] = 'x';
        hex(value);
    }

    private void hex(int value) {
        bytes[size++] = HEX[(value >> 4) & 0xf];
        bytes[size++] = HEX[value & 0xf];
    }

    /** Makes room for the whole value and says where it is cut, never between two surrogates. */
    private int begin(String value) {
        int end = Math.min(value.length(), LONGEST_VALUE);
        if (end < value.length() && Character.isHighSurrogate(value.charAt(end - 1))) {
            end--;
        }
        room(end * LONGEST_ESCAPE + 3);
        return end;
    }

    private LineBuffer end(String value, int end) {
        if (end < value.length()) {
            bytes[size++] = '.';
            bytes[size++] = '.';
            bytes[size++] = '.';
        }
        return this;
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
    }

    private static boolean isLone(String value, int at) {
        char c = value.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 >= value.length() || !Character.isLowSurrogate(value.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(value.charAt(at - 1)));
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
