package io.portcullis.http;

import java.util.Arrays;

/**
 * A dynamic table (RFC 7541 §2.3.2): the fields that both ends of a connection remember, the newest first.
 *
 * <p>Names are shared between entries, so that an entry which takes its name from another costs no more than its own value: a block of
 * three-byte instructions that each name a 4 KB entry copies nothing. Memory: what RFC 7541 §4.1 counts, at most {@link #capacity},
 * and in place of the 32 bytes for each entry about 40 on this machine.
 */
@io.portcullis.net.OnLoop
final class HpackTable {
    /** The size a connection begins with on both ends, whatever is announced later (RFC 9113 §6.5.2). */
    static final int INITIAL_CAPACITY = 4096;

    /** What an entry counts besides its bytes (RFC 7541 §4.1). */
    static final int OVERHEAD = 32;

    private int capacity = INITIAL_CAPACITY;
    private byte[][] names = new byte[0][];
    private byte[][] values = new byte[0][];
    private int inserted;
    private int count;
    private int size;

    /** How many entries. */
    int count() {
        return count;
    }

    /** How many entries were ever added; the newest entry has this number. May wrap. */
    int inserted() {
        return inserted;
    }

    /** Bytes of all entries, with {@link #OVERHEAD}. */
    int size() {
        return size;
    }

    int capacity() {
        return capacity;
    }

    /** The name of an entry; 0 is the newest. */
    byte[] name(int age) {
        return names[slot(age)];
    }

    /** The value of an entry; 0 is the newest. */
    byte[] value(int age) {
        return values[slot(age)];
    }

    private int slot(int age) {
        return inserted - age & names.length - 1;
    }

    /** From now on as many bytes, at most; the oldest entries go where they are more. */
    void resize(int bytes) {
        capacity = bytes;
        evict(bytes);
    }

    /** Adds an entry, and takes ownership of both arrays. One that is larger than the table empties it (RFC 7541 §4.4). */
    void add(byte[] name, byte[] value) {
        long needed = (long) name.length + value.length + OVERHEAD;
        if (needed > capacity) {
            clear();
            return;
        }
        evict(capacity - (int) needed);
        if (count == names.length) {
            grow();
        }
        inserted++;
        count++;
        size += (int) needed;
        names[slot(0)] = name;
        values[slot(0)] = value;
    }

    void clear() {
        evict(0);
    }

    private void evict(int allowed) {
        while (size > allowed) {
            int oldest = slot(count - 1);
            size -= names[oldest].length + values[oldest].length + OVERHEAD;
            names[oldest] = HpackStatic.NOTHING;
            values[oldest] = HpackStatic.NOTHING;
            count--;
        }
    }

    private void grow() {
        byte[][] oldNames = names;
        byte[][] oldValues = values;
        names = new byte[Math.max(8, oldNames.length * 2)][];
        values = new byte[names.length][];
        Arrays.fill(names, HpackStatic.NOTHING);
        Arrays.fill(values, HpackStatic.NOTHING);
        for (int age = 0; age < count; age++) {
            int old = inserted - age & oldNames.length - 1;
            names[slot(age)] = oldNames[old];
            values[slot(age)] = oldValues[old];
        }
    }
}
