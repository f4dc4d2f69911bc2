package io.portcullis.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import java.util.Arrays;

/** A growing array to put a message head together in before it is copied, once, to a buffer of the right size. One for a loop. */
@OnLoop
public final class ByteWriter {
    /** Of the largest number. */
    private static final int DIGITS = 19;

    private byte[] bytes = new byte[4096];
    private int length;

    public ByteWriter clear() {
        length = 0;
        return this;
    }

    public int length() {
        return length;
    }

    public ByteWriter put(byte value) {
        room(1);
        bytes[length++] = value;
        return this;
    }

    public ByteWriter put(byte[] values) {
        room(values.length);
        System.arraycopy(values, 0, bytes, length, values.length);
        length += values.length;
        return this;
    }

    public ByteWriter put(byte[] values, int from, int count) {
        room(count);
        System.arraycopy(values, from, bytes, length, count);
        length += count;
        return this;
    }

    /** All readable bytes of {@code values}, which it borrows and leaves as it is. */
    public ByteWriter put(ByteBuf values) {
        int count = values.readableBytes();
        room(count);
        values.getBytes(values.readerIndex(), bytes, length, count);
        length += count;
        return this;
    }

    /** The low byte of each character: what a decoder made of bytes 0x80 to 0xFF goes out as it came (RFC 9110 §5.5 obs-text). */
    @SuppressWarnings(
            "deprecation") // getBytes(int, int, byte[], int) is the one copy of low bytes that needs no charset
    public ByteWriter put(CharSequence text) {
        int count = text.length();
        room(count);
        if (text instanceof String string) {
            string.getBytes(0, count, bytes, length);
        } else if (text instanceof AsciiString ascii) {
            System.arraycopy(ascii.array(), ascii.arrayOffset(), bytes, length, count);
        } else {
            for (int i = 0; i < count; i++) {
                bytes[length + i] = (byte) text.charAt(i);
            }
        }
        length += count;
        return this;
    }

    public ByteWriter putDecimal(long value) {
        if (value >= 0 && value < 10) {
            return put((byte) ('0' + value));
        }
        if (value < 0) {
            return put(Long.toString(value));
        }
        room(DIGITS);
        int digits = 0;
        for (long rest = value; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int at = length + digits; rest > 0; rest /= 10) {
            bytes[--at] = (byte) ('0' + rest % 10);
        }
        length += digits;
        return this;
    }

    /** Appends {@code count} bytes from {@code from} to {@code to}. */
    public void copy(int from, int count, ByteBuf to) {
        to.writeBytes(bytes, from, count);
    }

    /** A buffer of the right size with what was written; the caller owns it. */
    public ByteBuf toBuffer(ByteBufAllocator allocator) {
        return allocator.ioBuffer(length).writeBytes(bytes, 0, length);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
