package io.portcullis.http;

import io.portcullis.net.ByteWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the field blocks of one connection (RFC 7541), and keeps its dynamic table. {@link HpackRule} says what goes into it.
 *
 * <p>Design: a field's name is put into lower case, and hashed, while it is copied to an array that is used again; a field that is known
 * costs no object. A name is looked for in the static table only: a name of the dynamic table with another value is rare under
 * {@link HpackRule}.
 *
 * <p>Memory: the table, up to {@value #MAX_TABLE_SIZE} bytes, and 2.3 KB to search it, once something went in; and the longest name,
 * pseudo field and string of a block, of which at most {@value #KEPT} bytes each are kept for the next.
 */
@io.portcullis.net.OnLoop
final class HpackEncoder {
    /** The largest table that is kept for a peer, however large it would have it. In bytes. */
    static final int MAX_TABLE_SIZE = 4096;

    private static final int KEPT = 2048;
    private static final int REMEMBERED = 64;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final HpackTable table = new HpackTable();
    private final HpackIndex index = new HpackIndex(table);
    /** Hashes of fields that came once. */
    private int[] seen = {};

    private byte[] lower = new byte[64];
    private int nameLength;
    private int nameHash;
    private byte[] text = new byte[64];
    private byte[] code = new byte[64];

    private int wantedSize = HpackTable.INITIAL_CAPACITY;
    private int smallestSize = HpackTable.INITIAL_CAPACITY;
    private @Nullable ByteWriter out;

    HpackTable table() {
        return table;
    }

    /** The peer's SETTINGS_HEADER_TABLE_SIZE, in bytes; holds from the next block on. */
    void tableSize(long bytes) {
        wantedSize = (int) Math.min(bytes, MAX_TABLE_SIZE);
        smallestSize = Math.min(smallestSize, wantedSize);
    }

    /** Begins a block, which the other methods write to {@code to}. */
    void begin(ByteWriter to) {
        out = to;
        lower = lower.length > KEPT ? new byte[64] : lower;
        text = text.length > KEPT ? new byte[64] : text;
        code = code.length > KEPT ? new byte[64] : code;
        if (smallestSize < Math.min(wantedSize, table.capacity())) {
            resize(smallestSize);
        }
        if (wantedSize != table.capacity()) {
            resize(wantedSize);
        }
        smallestSize = wantedSize;
    }

    private void resize(int bytes) {
        table.resize(bytes);
        integer(0x20, 0x1f, bytes);
    }

    /** {@code :status}, three digits. */
    void status(int status) {
        if (status == 200) {
            integer(0x80, 0x7f, HpackStatic.STATUS);
            return;
        }
        text[0] = (byte) ('0' + status / 100);
        text[1] = (byte) ('0' + status / 10 % 10);
        text[2] = (byte) ('0' + status % 10);
        pseudo(HpackStatic.STATUS, 3);
    }

    void method(CharSequence method) {
        pseudo(HpackStatic.METHOD, copy(method));
    }

    void scheme(CharSequence scheme) {
        pseudo(HpackStatic.SCHEME, copy(scheme));
    }

    void path(CharSequence path) {
        pseudo(HpackStatic.PATH, copy(path));
    }

    void authority(CharSequence authority) {
        pseudo(HpackStatic.AUTHORITY, copy(authority));
    }

    /** The low byte of each character. */
    private int copy(CharSequence value) {
        int length = value.length();
        if (text.length < length) {
            text = new byte[length * 2];
        }
        for (int i = 0; i < length; i++) {
            text[i] = (byte) value.charAt(i);
        }
        return length;
    }

    private void pseudo(int at, int length) {
        byte[] pseudo = HpackStatic.name(at);
        System.arraycopy(pseudo, 0, lower, 0, pseudo.length);
        nameLength = pseudo.length;
        nameHash = at;
        field(at, text, 0, length);
    }

    /** One field. */
    void field(byte[] name, byte[] value) {
        name(name, 0, name.length);
        value(value, 0, value.length, false);
    }

    /** The name of a field, in any case; {@link #value} must follow. */
    void name(byte[] name, int from, int length) {
        if (lower.length < length) {
            lower = new byte[length * 2];
        }
        int hash = 0;
        for (int i = 0; i < length; i++) {
            byte b = FieldNames.lower(name[from + i]);
            lower[i] = b;
            hash = 31 * hash + b;
        }
        nameLength = length;
        nameHash = hash;
    }

    /** The value of the field whose {@link #name} was said before. */
    void value(byte[] value, int from, int length, boolean neverIndexed) {
        int known = HpackStatic.find(lower, nameLength, nameHash);
        if (neverIndexed) {
            literal(0x10, 0x0f, known);
            string(value, from, length);
        } else {
            field(known, value, from, length);
        }
    }

    private void field(int known, byte[] value, int from, int length) {
        HpackRule rule = HpackRule.of(known, lower, nameLength, length);
        int whole = rule == HpackRule.NEVER ? 0 : HpackStatic.find(known, value, from, length);
        if (whole != 0) {
            integer(0x80, 0x7f, whole);
            return;
        }
        boolean fits = nameLength + length + HpackTable.OVERHEAD <= table.capacity() / 2;
        if (fits && (rule == HpackRule.FIRST_TIME || rule == HpackRule.SECOND_TIME)) {
            tabled(rule, known, value, from, length);
        } else {
            literal(rule == HpackRule.NEVER ? 0x10 : 0, 0x0f, known);
            string(value, from, length);
        }
    }

    /** A field that is in the table, or may go into it. One that fills half of it does not. */
    private void tabled(HpackRule rule, int known, byte[] value, int from, int length) {
        int hash = hash(value, from, length);
        for (int age = index.first(hash); age >= 0; age = index.next(age, hash)) {
            byte[] itsValue = table.value(age);
            if (itsValue.length == length
                    && Arrays.equals(itsValue, 0, length, value, from, from + length)
                    && Arrays.equals(table.name(age), 0, table.name(age).length, lower, 0, nameLength)) {
                integer(0x80, 0x7f, HpackStatic.SIZE + 1 + age);
                return;
            }
        }
        if (rule == HpackRule.FIRST_TIME || cameBefore(hash)) {
            literal(0x40, 0x3f, known);
            byte[] name = known != 0 ? HpackStatic.name(known) : Arrays.copyOf(lower, nameLength);
            table.add(name, Arrays.copyOfRange(value, from, from + length));
            index.added(hash);
        } else {
            literal(0, 0x0f, known);
        }
        string(value, from, length);
    }

    private int hash(byte[] value, int from, int length) {
        long hash = nameHash;
        int i = from;
        for (; i + Long.BYTES <= from + length; i += Long.BYTES) {
            hash = (hash ^ (long) LONGS.get(value, i)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
        }
        for (; i < from + length; i++) {
            hash = 31 * hash + value[i];
        }
        hash *= 0x9e3779b97f4a7c15L;
        return (int) (hash >>> 32);
    }

    private boolean cameBefore(int hash) {
        if (seen.length == 0) {
            seen = new int[REMEMBERED];
        }
        int slot = hash >>> 8 & REMEMBERED - 1;
        boolean came = seen[slot] == hash;
        seen[slot] = hash;
        return came;
    }

    /** The beginning of a literal: its kind, and its name, which has the index {@code known} or none. */
    private void literal(int kind, int prefix, int known) {
        integer(kind, prefix, known);
        if (known == 0) {
            string(lower, 0, nameLength);
        }
    }

    private void string(byte[] bytes, int from, int length) {
        ByteWriter to = out();
        if (code.length < length + Huffman.SLACK) {
            code = new byte[length * 2 + Huffman.SLACK];
        }
        int encoded = Huffman.encode(bytes, from, length, code);
        if (encoded != Huffman.NOT_SHORTER) {
            integer(0x80, 0x7f, encoded);
            to.put(code, 0, encoded);
        } else {
            integer(0, 0x7f, length);
            to.put(bytes, from, length);
        }
    }

    private void integer(int kind, int prefix, int value) {
        ByteWriter to = out();
        if (value < prefix) {
            to.put((byte) (kind | value));
            return;
        }
        to.put((byte) (kind | prefix));
        int left = value - prefix;
        for (; left >= 0x80; left >>>= 7) {
            to.put((byte) (left | 0x80));
        }
        to.put((byte) left);
    }

    private ByteWriter out() {
        return Objects.requireNonNull(out, "begin() comes first");
    }
}
