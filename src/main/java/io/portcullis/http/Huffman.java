package io.portcullis.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The Huffman code of HPACK (RFC 7541 Appendix B).
 *
 * <p>Design: the code is canonical (codes of one length are consecutive, in the order of their symbols), so only the lengths stand
 * here. Decoding looks at the next 32 bits: the first {@value #FAST_BITS} of them name symbol and length of all codes that text
 * consists of; the rare longer ones are found by comparing with the first code of each length.
 */
final class Huffman {
    /** What {@link #decode} says where the text is longer than it may be. */
    static final int TOO_LONG = -1;

    /** What {@link #encode} says where the text is better sent as it is. */
    static final int NOT_SHORTER = -1;

    /** Room that {@link #encode} needs besides the length of the text. */
    static final int SLACK = 8;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int SYMBOL_BITS = 9;
    private static final int FAST_BITS = 10;
    private static final int LONGEST = 30;
    private static final int EOS = 256;
    private static final String LENGTHS_OF_SYMBOLS =
            """
            13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
             6 10 10 12 13  6  8 11 10 10  8 11  8  6  6  6  5  5  5  6  6  6  6  6  6  6  7  8 15  6 12 10
            13  6  7  7  7  7  7  7  7  7  7  7  7  7  7  7  7  7  7  7  7  7  7  7  8  7  8 13 19 13 14  6
            15  5  6  5  6  5  6  6  6  5  7  7  6  6  6  5  6  7  6  5  5  6  7  7  7  7  7 15 11 14 13 28
            20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
            22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
            26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
            20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
            30
            """;
    private static final byte[] LENGTHS = lengths();
    /** By symbol: its code, right-aligned. */
    private static final int[] CODES = new int[EOS + 1];
    /** The symbols in the order of their codes. */
    private static final short[] SORTED = new short[EOS + 1];
    /** By length: the first code behind those of this length and of shorter ones, as the upper end of 32 bits. */
    private static final long[] ENDS = new long[LONGEST + 1];
    /** By length: what to add to a code of this length to have its place in {@link #SORTED}. */
    private static final int[] PLACES = new int[LONGEST + 1];
    /** By the first bits: length (shifted by {@value #SYMBOL_BITS}) and symbol of the code they begin with; 0 where it is longer. */
    private static final short[] FAST = new short[1 << FAST_BITS];

    static {
        assign();
    }

    private Huffman() {}

    private static byte[] lengths() {
        String[] words = LENGTHS_OF_SYMBOLS.trim().split("\\s+", -1);
        byte[] lengths = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            lengths[i] = Byte.parseByte(words[i]);
        }
        return lengths;
    }

    private static void assign() {
        int code = 0;
        int place = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code <<= 1;
            PLACES[length] = place - code;
            for (int symbol = 0; symbol <= EOS; symbol++) {
                if (LENGTHS[symbol] == length) {
                    SORTED[place++] = (short) symbol;
                    if (length <= FAST_BITS) {
                        int from = code << FAST_BITS - length;
                        Arrays.fill(
                                FAST, from, from + (1 << FAST_BITS - length), (short) (length << SYMBOL_BITS | symbol));
                    }
                    CODES[symbol] = code++;
                }
            }
            ENDS[length] = (long) code << 32 - length;
        }
    }

    /**
     * Encodes the bytes to the beginning of {@code out}, which has room for {@value #SLACK} bytes more than they are; pads with ones.
     *
     * @return how many bytes the code is; {@link #NOT_SHORTER} where it is not shorter than the text
     */
    static int encode(byte[] text, int from, int length, byte[] out) {
        long pending = 0;
        int bits = 0;
        int at = 0;
        for (int i = from; i < from + length; i++) {
            int symbol = text[i] & 0xff;
            pending = pending << LENGTHS[symbol] | CODES[symbol];
            bits += LENGTHS[symbol];
            if (bits >= Integer.SIZE) {
                bits -= Integer.SIZE;
                INTS.set(out, at, (int) (pending >>> bits));
                at += Integer.BYTES;
                if (at >= length) {
                    return NOT_SHORTER;
                }
            }
        }
        for (; bits >= 8; bits -= 8) {
            out[at++] = (byte) (pending >>> bits - 8);
        }
        if (bits > 0) {
            out[at++] = (byte) (pending << 8 - bits | 0xff >>> bits);
        }
        return at < length ? at : NOT_SHORTER;
    }

    /**
     * Decodes {@code in[from, to)} to the beginning of {@code out}.
     *
     * @return how many bytes it is; {@link #TOO_LONG} where they would be more than {@code limit}, which {@code out} has room for
     * @throws HpackException where the padding is longer than 7 bits, or not the beginning of EOS, or EOS is in the text (RFC 7541 §5.2)
     */
    static int decode(byte[] in, int from, int to, byte[] out, int limit) throws HpackException {
        // The next bits, from the top.
        long pending = 0;
        int bits = 0;
        int next = from;
        int length = 0;
        while (true) {
            for (; bits <= Long.SIZE - 8 && next < to; bits += 8) {
                pending |= (in[next++] & 0xffL) << Long.SIZE - 8 - bits;
            }
            // Short codes, as long as there are bits for them: nearly all of a text.
            while (bits >= FAST_BITS && length < limit) {
                int code = FAST[(int) (pending >>> Long.SIZE - FAST_BITS)];
                if (code == 0) {
                    break;
                }
                out[length++] = (byte) code;
                pending <<= code >> SYMBOL_BITS;
                bits -= code >> SYMBOL_BITS;
            }
            if (bits < LONGEST && next < to) {
                continue;
            }
            // Behind the end stand ones: what is left over then looks like EOS, and is shorter than it.
            int code = any((int) (pending >>> Integer.SIZE | 0xffffffffL >>> Math.min(bits, Integer.SIZE - 1)));
            int codeLength = code >> SYMBOL_BITS;
            if (codeLength > bits) {
                checkPadding(pending, bits);
                return length;
            }
            if ((code & EOS) != 0) {
                throw new HpackException("a string has EOS in it");
            }
            if (length == limit) {
                return TOO_LONG;
            }
            out[length++] = (byte) code;
            pending <<= codeLength;
            bits -= codeLength;
        }
    }

    /** Length and symbol of the code that these bits begin with. */
    private static int any(int window) {
        int fast = FAST[window >>> Integer.SIZE - FAST_BITS];
        if (fast != 0) {
            return fast;
        }
        long unsigned = window & 0xffffffffL;
        int length = FAST_BITS + 1;
        while (unsigned >= ENDS[length]) {
            length++;
        }
        return length << SYMBOL_BITS | SORTED[(window >>> 32 - length) + PLACES[length]];
    }

    private static void checkPadding(long pending, int bits) throws HpackException {
        if (bits > 7) {
            throw new HpackException("the padding of a string is longer than 7 bits");
        }
        if (bits > 0 && pending >>> Long.SIZE - bits != (1 << bits) - 1) {
            throw new HpackException("the padding of a string is not the beginning of EOS");
        }
    }
}
