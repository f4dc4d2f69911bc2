package io.portcullis.http;

import io.portcullis.net.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The header or trailer fields of one message, in the order they came (RFC 9110 §5). Names compare without case.
 *
 * <p>Design: the lines stay the bytes they came as, in one array, and each field is four numbers into it and its
 * {@link FieldNames.Kind}. Reading a head makes no object for a field, and passing a field on is one copy of its line. A set of the
 * kinds that are present answers "is there a Content-Length?" without a search. Text is made only of values that are asked for.
 *
 * <p>Names and values that are set here are checked, so that no CR, LF or NUL can leave (CVE-2022-41915); those that a decoder
 * adds were checked by it.
 */
@io.portcullis.net.OnLoop
@SuppressWarnings("EnumOrdinal") // kinds are kept as bytes and bits, within one process
public final class Fields {
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 1;
    private static final int VALUE = 2;
    private static final int VALUE_LENGTH = 3;
    private static final int MARKS = 4;
    private static final int NEVER_INDEXED = 0x40;
    private static final int KEPT = 0x20;
    private static final int KIND = 0x1f;
    private static final FieldNames.Kind[] KINDS = FieldNames.Kind.values();

    private byte[] bytes;
    private int used;
    private int[] marks;
    private byte[] kinds;
    private int count;
    private long present;

    private Fields(byte[] bytes, int used, int room) {
        this.bytes = bytes;
        this.used = used;
        this.marks = new int[room * MARKS];
        this.kinds = new byte[room];
    }

    /** No fields yet. */
    public static Fields create() {
        return new Fields(new byte[128], 0, 4);
    }

    /** The same lines, to be changed without changing these. */
    public Fields copy() {
        Fields copy = new Fields(Arrays.copyOf(bytes, used + 128), used, 0);
        copy.marks = marks.clone();
        copy.kinds = kinds.clone();
        copy.count = count;
        copy.present = present;
        return copy;
    }

    /** No fields yet, and room for those of a usual message: a browser's request has about 15 of them in 600 bytes. */
    static Fields roomy() {
        return new Fields(new byte[640], 0, 16);
    }

    /** No fields yet; {@link #mark} will point into {@code wire}, which nobody changes any more. */
    static Fields over(byte[] wire, int length) {
        return new Fields(wire, length, 16);
    }

    /** Adds a field that the decoder found, and checked, in the array given to {@link #over}. */
    void mark(int name, int nameLength, int value, int valueLength) {
        if (count == kinds.length) {
            marks = Arrays.copyOf(marks, marks.length * 2);
            kinds = Arrays.copyOf(kinds, count * 2);
        }
        int at = count * MARKS;
        marks[at + NAME] = name;
        marks[at + NAME_LENGTH] = nameLength;
        marks[at + VALUE] = value;
        marks[at + VALUE_LENGTH] = valueLength;
        FieldNames.Kind kind = FieldNames.kind(bytes, name, nameLength);
        kinds[count] = (byte) kind.ordinal();
        present |= 1L << kind.ordinal();
        count++;
    }

    /** Whether the name of field {@code index} begins with {@code lower}, which is in lower case. */
    boolean startsWith(int index, String lower) {
        int at = index * MARKS;
        if (marks[at + NAME_LENGTH] < lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (FieldNames.lower(bytes[marks[at + NAME] + i]) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether there is a field of {@code kind}. */
    boolean has(FieldNames.Kind kind) {
        return (present & 1L << kind.ordinal()) != 0;
    }

    /** The kind of field {@code index}. */
    FieldNames.Kind kindAt(int index) {
        return KINDS[kinds[index] & KIND];
    }

    /** Whether field {@code index} is named {@code lower}, which is in lower case. */
    boolean isNamed(int index, CharSequence lower) {
        int at = index * MARKS;
        if (marks[at + NAME_LENGTH] != lower.length()) {
            return false;
        }
        int from = marks[at + NAME];
        for (int i = 0; i < lower.length(); i++) {
            if (FieldNames.lower(bytes[from + i]) != FieldNames.lower((byte) lower.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Adds a field that stands at the beginning of two arrays, and was checked: as a line, like those of HTTP/1. */
    void append(byte[] name, int nameLength, byte[] value, int valueLength, boolean neverIndexed) {
        int begin = used;
        room(nameLength + valueLength + 4);
        System.arraycopy(name, 0, bytes, begin, nameLength);
        int valueAt = begin + nameLength + 2;
        bytes[valueAt - 2] = ':';
        bytes[valueAt - 1] = ' ';
        System.arraycopy(value, 0, bytes, valueAt, valueLength);
        used = valueAt + valueLength + 2;
        bytes[used - 2] = '\r';
        bytes[used - 1] = '\n';
        mark(begin, nameLength, valueAt, valueLength);
        if (neverIndexed) {
            kinds[count - 1] |= (byte) NEVER_INDEXED;
        }
    }

    /** Encodes field {@code index}; one that came as never indexed goes so. */
    void encode(int index, HpackEncoder out) {
        int at = index * MARKS;
        out.name(bytes, marks[at + NAME], marks[at + NAME_LENGTH]);
        out.value(bytes, marks[at + VALUE], marks[at + VALUE_LENGTH], (kinds[index] & NEVER_INDEXED) != 0);
    }

    /** Appends field {@code index} as a line. */
    void copyLine(int index, ByteWriter out) {
        int at = index * MARKS;
        int name = marks[at + NAME];
        int nameEnd = name + marks[at + NAME_LENGTH];
        int value = marks[at + VALUE];
        int valueEnd = value + marks[at + VALUE_LENGTH];
        boolean whole = value == nameEnd + 2
                && valueEnd + 1 < used
                && bytes[nameEnd] == ':'
                && bytes[nameEnd + 1] == ' '
                && bytes[valueEnd] == '\r'
                && bytes[valueEnd + 1] == '\n';
        if (whole) {
            out.put(bytes, name, valueEnd + 2 - name);
        } else {
            out.put(bytes, name, nameEnd - name).put((byte) ':').put((byte) ' ');
            out.put(bytes, value, valueEnd - value).put((byte) '\r').put((byte) '\n');
        }
    }

    /** The first value of {@code name}; null where there is none. */
    public @Nullable String first(CharSequence name) {
        int at = find(name);
        return at < 0 ? null : value(at);
    }

    /** Every value of {@code name}, one for each line. */
    public List<String> all(CharSequence name) {
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                values.add(value(i));
            }
        }
        return values;
    }

    public boolean contains(CharSequence name) {
        return find(name) >= 0;
    }

    private int find(CharSequence name) {
        int at = 0;
        while (at < count && !isNamed(at, name)) {
            at++;
        }
        return at < count ? at : -1;
    }

    /**
     * Replaces every {@code name} by one, at the end.
     *
     * @throws IllegalArgumentException where name or value has characters that a field cannot carry
     */
    public Fields set(CharSequence name, CharSequence value) {
        return remove(name).add(name, value);
    }

    /**
     * Adds one more {@code name}.
     *
     * @throws IllegalArgumentException where name or value has characters that a field cannot carry
     */
    public Fields add(CharSequence name, CharSequence value) {
        FieldSyntax.requireName(name);
        FieldSyntax.requireValue(value);
        int nameAt = append(name, ": ");
        int valueAt = append(value, "\r\n");
        mark(nameAt, name.length(), valueAt, value.length());
        return this;
    }

    /** Adds one of ours, which nobody deletes by naming it in {@code Connection} (rule H03). */
    public void addKept(CharSequence name, CharSequence value) {
        add(name, value);
        kinds[count - 1] |= (byte) KEPT;
    }

    /** Whether field {@code index} goes on whatever {@code Connection} says. */
    boolean isKept(int index) {
        return (kinds[index] & KEPT) != 0;
    }

    public Fields remove(CharSequence name) {
        int kept = 0;
        long left = 0;
        for (int i = 0; i < count; i++) {
            if (!isNamed(i, name)) {
                System.arraycopy(marks, i * MARKS, marks, kept * MARKS, MARKS);
                kinds[kept] = kinds[i];
                left |= 1L << kindAt(i).ordinal();
                kept++;
            }
        }
        count = kept;
        present = left;
        return this;
    }

    /** How many lines. */
    public int size() {
        return count;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** Every line, in order. */
    public void forEach(BiConsumer<String, String> line) {
        for (int i = 0; i < count; i++) {
            line.accept(name(i), value(i));
        }
    }

    String name(int index) {
        return text(marks[index * MARKS + NAME], marks[index * MARKS + NAME_LENGTH]);
    }

    String value(int index) {
        return text(marks[index * MARKS + VALUE], marks[index * MARKS + VALUE_LENGTH]);
    }

    private String text(int from, int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    /** Appends {@code text} and what follows it in a line; says where the text begins. */
    private int append(CharSequence text, String after) {
        int begin = used;
        room(text.length() + after.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[used++] = (byte) text.charAt(i);
        }
        for (int i = 0; i < after.length(); i++) {
            bytes[used++] = (byte) after.charAt(i);
        }
        return begin;
    }

    private void room(int more) {
        if (bytes.length - used < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + more));
        }
    }
}
