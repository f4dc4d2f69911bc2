package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.portcullis.net.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Field blocks as tests write and read them: hexadecimal in, lines of text out. */
final class HpackBlocks {
    private HpackBlocks() {}

    /** The fields of a block as {@code name: value}; {@code !} stands before what is never indexed, {@code …} for what is too long. */
    static List<String> decode(HpackDecoder decoder, byte[] block) throws HpackException {
        Lines lines = new Lines(Integer.MAX_VALUE);
        decode(decoder, block, lines);
        return lines.taken;
    }

    static List<String> decode(HpackDecoder decoder, String hex) throws HpackException {
        return decode(decoder, bytes(hex));
    }

    /** What a taker gets that says "enough" at the field of this number. */
    static List<String> decodeSome(HpackDecoder decoder, byte[] block, int enough) throws HpackException {
        Lines lines = new Lines(enough);
        decode(decoder, block, lines);
        return lines.taken;
    }

    private static void decode(HpackDecoder decoder, byte[] block, FieldTaker taker) throws HpackException {
        ByteBuf buffer = Unpooled.wrappedBuffer(block);
        try {
            decoder.decode(buffer, taker);
        } finally {
            buffer.release();
        }
    }

    /** The entries of a table, the newest first. */
    static List<String> entries(HpackTable table) {
        List<String> entries = new ArrayList<>();
        for (int age = 0; age < table.count(); age++) {
            entries.add(text(table.name(age), table.name(age).length) + ": "
                    + text(table.value(age), table.value(age).length));
        }
        return entries;
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    static byte[] bytes(ByteWriter written) {
        ByteBuf buffer = written.toBuffer(UnpooledByteBufAllocator.DEFAULT);
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes).release();
        return bytes;
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static final class Lines implements FieldTaker {
        private final List<String> taken = new ArrayList<>();
        private final int enough;

        Lines(int enough) {
            this.enough = enough;
        }

        @Override
        public boolean field(byte[] name, int nameLength, byte[] value, int valueLength, boolean neverIndexed) {
            return take((neverIndexed ? "!" : "") + text(name, nameLength) + ": " + text(value, valueLength));
        }

        @Override
        public boolean tooLong() {
            return take("…");
        }

        private boolean take(String line) {
            if (taken.size() >= enough) {
                throw new AssertionError("called after it said enough: " + line);
            }
            taken.add(line);
            return taken.size() < enough;
        }
    }
}
