package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Decodes the field blocks of one connection (RFC 7541), and keeps its dynamic table.
 *
 * <p>Design: the block is copied to an array, once. A name or value that stands in a table is handed on as it stands there; a literal is
 * decoded to an array that is used again. No object is made for a field that does not go into the table. What a block may cost is
 * bounded by its own length: a field of the table is copied by the taker or by nobody, and only while the taker wants more.
 *
 * <p>Memory: the table, the block that is being decoded, and one field up to {@code maxField}; of the latter two at most
 * {@value #KEPT} bytes each between blocks.
 */
@io.portcullis.net.OnLoop
final class HpackDecoder {
    private static final int KEPT = 2048;
    private static final int MAX_CONTINUATION = 5;

    private final HpackTable table = new HpackTable();
    private final int announced;
    private final int maxField;
    private final Text name = new Text();
    private final Text value = new Text();
    private int allowed;
    private boolean updateDue;

    private byte[] in = HpackStatic.NOTHING;
    private int at;
    private int end;
    private boolean wanted;

    /**
     * @param maxTableSize what we announce as SETTINGS_HEADER_TABLE_SIZE, in bytes
     * @param maxField the most bytes of a name and its value that the taker gets; at least what fits into the table
     */
    HpackDecoder(int maxTableSize, int maxField) {
        this.announced = maxTableSize;
        this.allowed = Math.max(maxTableSize, HpackTable.INITIAL_CAPACITY);
        this.maxField = Math.max(maxField, allowed);
    }

    /** The peer knows our SETTINGS: from here on its table is not larger than was announced (RFC 9113 §4.3.1). */
    void settingsAcknowledged() {
        allowed = announced;
        updateDue = table.capacity() > announced;
    }

    HpackTable table() {
        return table;
    }

    /**
     * Decodes a whole block: HEADERS, or PUSH_PROMISE, and its CONTINUATIONs. Borrows {@code block}, and reads it to its end.
     *
     * @throws HpackException where it is against RFC 7541; the decoder is then of no more use
     */
    void decode(ByteBuf block, FieldTaker taker) throws HpackException {
        at = 0;
        end = block.readableBytes();
        if (in.length < end) {
            in = new byte[Math.max(256, end)];
        }
        block.readBytes(in, 0, end);
        wanted = true;
        sizeUpdates();
        while (at < end) {
            int first = in[at];
            if ((first & 0x80) != 0) {
                indexed(taker);
            } else if ((first & 0x40) != 0) {
                literal(0x3f, true, taker);
            } else if ((first & 0x20) != 0) {
                throw new HpackException("a table size update behind a field, or a third one");
            } else {
                literal(0x0f, false, taker);
            }
        }
        forget();
    }

    /** At the beginning only, and not more than two: the smallest since the last block, and the last (RFC 7541 §4.2). */
    private void sizeUpdates() throws HpackException {
        for (int i = 0; i < 2 && at < end && (in[at] & 0xe0) == 0x20; i++) {
            int bytes = integer(0x1f);
            if (bytes > allowed) {
                throw new HpackException("a table of " + bytes + " bytes, " + allowed + " are allowed");
            }
            table.resize(bytes);
            updateDue = false;
        }
        if (updateDue && at < end) {
            throw new HpackException("no table size update after the size was reduced");
        }
    }

    private void indexed(FieldTaker taker) throws HpackException {
        int index = integer(0x7f);
        byte[] itsName = nameAt(index);
        if (wanted) {
            byte[] itsValue =
                    index <= HpackStatic.SIZE ? HpackStatic.value(index) : table.value(index - HpackStatic.SIZE - 1);
            wanted = taker.field(itsName, itsName.length, itsValue, itsValue.length, false);
        }
    }

    private byte[] nameAt(int index) throws HpackException {
        if (index == 0 || index > HpackStatic.SIZE + table.count()) {
            throw new HpackException("no entry " + index + " in the tables");
        }
        return index <= HpackStatic.SIZE ? HpackStatic.name(index) : table.name(index - HpackStatic.SIZE - 1);
    }

    private void literal(int prefix, boolean indexing, FieldTaker taker) throws HpackException {
        boolean never = !indexing && (in[at] & 0x10) != 0;
        int index = integer(prefix);
        byte[] itsName;
        int nameLength;
        boolean stored = indexing || wanted;
        if (index != 0) {
            itsName = nameAt(index);
            nameLength = itsName.length;
        } else {
            string(name, stored);
            itsName = name.bytes;
            nameLength = name.length;
        }
        string(value, stored);
        boolean tooLong = nameLength < 0 || value.length < 0 || nameLength + value.length > maxField;
        if (wanted) {
            wanted = tooLong ? taker.tooLong() : taker.field(itsName, nameLength, value.bytes, value.length, never);
        }
        if (indexing && tooLong) {
            // It is longer than the whole table.
            table.clear();
        } else if (indexing) {
            byte[] kept = index != 0 ? itsName : Arrays.copyOf(itsName, nameLength);
            table.add(kept, Arrays.copyOf(value.bytes, value.length));
        }
    }

    /** Reads a string; keeps it, up to the limit, only where it is asked to. */
    private void string(Text into, boolean stored) throws HpackException {
        if (at == end) {
            throw new HpackException("a string is missing");
        }
        boolean huffman = (in[at] & 0x80) != 0;
        int length = integer(0x7f);
        if (length > end - at) {
            throw new HpackException("a string of " + length + " bytes where " + (end - at) + " are left");
        }
        int from = at;
        at += length;
        if (!stored) {
            into.length = 0;
        } else if (huffman) {
            // No code is shorter than 5 bits.
            into.length = Huffman.decode(in, from, at, into.room((int) Math.min(length * 8L / 5, maxField)), maxField);
        } else if (length > maxField) {
            into.length = Huffman.TOO_LONG;
        } else {
            System.arraycopy(in, from, into.room(length), 0, length);
            into.length = length;
        }
    }

    /** An integer (RFC 7541 §5.1) that fits into 31 bits. */
    private int integer(int prefix) throws HpackException {
        int first = in[at++] & prefix;
        if (first < prefix) {
            return first;
        }
        long sum = prefix;
        for (int i = 0; i < MAX_CONTINUATION; i++) {
            if (at == end) {
                throw new HpackException("an integer is cut off");
            }
            int next = in[at++];
            sum += (next & 0x7fL) << 7 * i;
            if (next >= 0) {
                if (sum > Integer.MAX_VALUE) {
                    throw new HpackException("an integer of more than 31 bits");
                }
                return (int) sum;
            }
        }
        throw new HpackException("an integer of more than " + MAX_CONTINUATION + " bytes");
    }

    /** One large block is no reason to keep its room for as long as the connection lives. */
    private void forget() {
        if (in.length > KEPT) {
            in = HpackStatic.NOTHING;
        }
        name.forget();
        value.forget();
    }

    /** A literal, decoded; its length is negative where it is too long. */
    private static final class Text {
        byte[] bytes = HpackStatic.NOTHING;
        int length;

        byte[] room(int needed) {
            if (bytes.length < needed) {
                bytes = new byte[Math.max(64, needed)];
            }
            return bytes;
        }

        void forget() {
            if (bytes.length > KEPT) {
                bytes = HpackStatic.NOTHING;
            }
        }
    }
}
