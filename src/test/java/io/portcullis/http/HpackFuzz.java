package io.portcullis.http;

import static io.portcullis.http.Transcript.claim;

import io.portcullis.net.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Any field blocks on one connection, each behind its length in one byte: decoded or refused, the tables within their size, whoever says
 * "enough" gets the same tables, and what was decoded comes out again as it was when we encode it.
 */
public final class HpackFuzz {
    private HpackFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        HpackDecoder all = new HpackDecoder(4096, 4096);
        HpackDecoder some = new HpackDecoder(4096, 4096);
        List<List<String>> blocks = new ArrayList<>();
        for (int at = 0; at < input.length; ) {
            int end = Math.min(input.length, at + 1 + (input[at] & 0xff));
            byte[] block = Arrays.copyOfRange(input, at + 1, end);
            at = end;
            try {
                blocks.add(HpackBlocks.decode(all, block));
            } catch (HpackException e) {
                checkTable(all.table());
                break;
            }
            checkTable(all.table());
            checkInStep(all, some, block, 1 + blocks.size() % 3);
        }
        checkEncoded(blocks);
    }

    private static void checkTable(HpackTable table) {
        int size = 0;
        for (int age = 0; age < table.count(); age++) {
            size += table.name(age).length + table.value(age).length + HpackTable.OVERHEAD;
        }
        claim(size == table.size(), "size " + table.size() + ", counted " + size);
        claim(size <= table.capacity() && table.capacity() <= 4096, size + " of " + table.capacity());
    }

    private static void checkInStep(HpackDecoder all, HpackDecoder some, byte[] block, int enough) {
        try {
            List<String> taken = HpackBlocks.decodeSome(some, block, enough);
            claim(taken.size() <= enough, "no more than " + enough);
        } catch (HpackException e) {
            throw new AssertionError("refused only by who wants less", e);
        }
        List<String> expected = HpackBlocks.entries(all.table());
        claim(HpackBlocks.entries(some.table()).equals(expected), "the same table: " + expected);
    }

    private static void checkEncoded(List<List<String>> blocks) {
        HpackEncoder encoder = new HpackEncoder();
        HpackDecoder decoder = new HpackDecoder(4096, 4096);
        ByteWriter out = new ByteWriter();
        for (List<String> block : blocks) {
            List<String> lines =
                    block.stream().filter(line -> !line.equals("…")).toList();
            encoder.begin(out.clear());
            lines.forEach(line -> encode(line, encoder));
            try {
                checkSame(lines, HpackBlocks.decode(decoder, HpackBlocks.bytes(out)));
            } catch (HpackException e) {
                throw new AssertionError("we refuse what we wrote: " + lines, e);
            }
            List<String> expected = HpackBlocks.entries(encoder.table());
            claim(HpackBlocks.entries(decoder.table()).equals(expected), "the same table: " + expected);
        }
    }

    /** A line is {@code name: value}; a name may have a colon, even {@code ": "}: then the halves are others, and as good as any. */
    private static void encode(String line, HpackEncoder encoder) {
        boolean never = line.startsWith("!");
        String field = never ? line.substring(1) : line;
        int colon = field.indexOf(": ");
        byte[] bytes = HpackBlocks.latin(field);
        encoder.name(bytes, 0, colon);
        encoder.value(bytes, colon + 2, bytes.length - colon - 2, never);
    }

    private static void checkSame(List<String> sent, List<String> got) {
        claim(sent.size() == got.size(), "as many\n" + sent + "\n" + got);
        for (int i = 0; i < sent.size(); i++) {
            String was = sent.get(i);
            String is = got.get(i);
            boolean same = is.equals(lower(was)) || is.equals("!" + lower(was));
            claim(same, "the same field\n" + was + "\n" + is);
        }
    }

    /** With the name in lower case. */
    private static String lower(String line) {
        int colon = line.indexOf(": ");
        StringBuilder lower = new StringBuilder(line);
        for (int i = 0; i < colon; i++) {
            lower.replace(i, i + 1, asciiLower(line.charAt(i)));
        }
        return lower.toString();
    }

    private static String asciiLower(char c) {
        return c < 128 ? String.valueOf(c).toLowerCase(Locale.ROOT) : String.valueOf(c);
    }
}
