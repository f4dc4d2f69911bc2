package io.portcullis.http;

import io.portcullis.net.ByteWriter;
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
    /** By the first bits: length ({@code << 9}) and symbol of the code they begin with; 0 where it is longer. */
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
                        Arrays.fill(FAST, from, from + (1 << FAST_BITS - length), (short) (length << 9 | symbol));
                    }
                    CODES[symbol] = code++;
                }
            }
            ENDS[length] = (long) code << 32 - length;
        }
    }

    /** How many bytes the code of these needs. */
    static int encodedLength(byte[] text, int from, int length) {
        long bits = 0;
        for (int i = from; i < from + length; i++) {
            bits += LENGTHS[text[i] & 0xff];
        }
        return (int) (bits + 7 >>> 3);
    }

    /** Appends the code of these bytes, padded with ones. */
    static void encode(byte[] text, int from, int length, ByteWriter out) {
        long pending = 0;
        int bits = 0;
        for (int i = from; i < from + length; i++) {
            int symbol = text[i] & 0xff;
            pending = pending << LENGTHS[symbol] | CODES[symbol];
            bits += LENGTHS[symbol];
            while (bits >= 8) {
                bits -= 8;
                out.put((byte) (pending >>> bits));
            }
        }
        if (bits > 0) {
            out.put((byte) (pending << 8 - bits | 0xff >>> bits));
        }
    }

    /**
     * Decodes {@code in[from, to)} to the beginning of {@code out}.
     *
     * @return how many bytes it is; {@link #TOO_LONG} where they would be more than {@code limit}, which {@code out} has room for
     * @throws HpackException where the padding is longer than 7 bits, or not the beginning of EOS, or EOS is in the text (RFC 7541 §5.2)
     */
    static int decode(byte[] in, int from, int to, byte[] out, int limit) throws HpackException {
        long pending = 0;
        int bits = 0;
        int next = from;
        int length = 0;
        while (true) {
            while (bits <= 48 && next < to) {
                pending = pending << 8 | in[next++] & 0xff;
                bits += 8;
            }
            // Behind the end stand ones: what is left over then looks like EOS, and is shorter than it.
            int window = bits >= 32 ? (int) (pending >>> bits - 32) : (int) (pending << 32 - bits) | -1 >>> bits;
            int fast = FAST[window >>> 32 - FAST_BITS];
            int code = fast != 0 ? fast : slow(window);
            int codeLength = code >> 9;
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
            bits -= codeLength;
        }
    }

    /** Length and symbol of a code that is longer than {@value #FAST_BITS} bits. */
    private static int slow(int window) {
        long unsigned = window & 0xffffffffL;
        int length = FAST_BITS + 1;
        while (unsigned >= ENDS[length]) {
            length++;
        }
        return length << 9 | SORTED[(window >>> 32 - length) + PLACES[length]];
    }

    private static void checkPadding(long pending, int bits) throws HpackException {
        if (bits > 7) {
            throw new HpackException("the padding of a string is longer than 7 bits");
        }
        int ones = (1 << bits) - 1;
        if ((pending & ones) != ones) {
            throw new HpackException("the padding of a string is not the beginning of EOS");
        }
    }
}
