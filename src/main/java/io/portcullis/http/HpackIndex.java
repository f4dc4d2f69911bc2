package io.portcullis.http;

/**
 * Finds entries of a dynamic table by a hash of name and value.
 *
 * <p>Design: entries are numbered as they are added, and each points to the one before it with the same bucket. A chain goes from new
 * to old, so it ends at the first number that the table no longer has; nothing is done when an entry leaves. The hash need not be
 * secret: a chain is never longer than the table, 128 entries.
 */
@io.portcullis.net.OnLoop
final class HpackIndex {
    private static final int BUCKETS = 256;
    private static final int SLOTS = HpackEncoder.MAX_TABLE_SIZE / HpackTable.OVERHEAD;

    private final HpackTable table;
    private int[] newest = {};
    private int[] before = {};
    private int[] hashes = {};

    HpackIndex(HpackTable table) {
        this.table = table;
    }

    /** The age of the newest entry with this hash; -1 where there is none. */
    int first(int hash) {
        return newest.length == 0 ? -1 : search(newest[hash & BUCKETS - 1], -1, hash);
    }

    /** The age of the next entry with this hash that is older than {@code age}; -1 where there is none. */
    int next(int age, int hash) {
        return search(before[table.inserted() - age & SLOTS - 1], age, hash);
    }

    private int search(int from, int youngest, int hash) {
        int number = from;
        int last = youngest;
        int age = table.inserted() - number;
        while (age > last && age < table.count()) {
            if (hashes[number & SLOTS - 1] == hash) {
                return age;
            }
            last = age;
            number = before[number & SLOTS - 1];
            age = table.inserted() - number;
        }
        return -1;
    }

    /** The table has a new entry, which has this hash. */
    void added(int hash) {
        if (newest.length == 0) {
            newest = new int[BUCKETS];
            before = new int[SLOTS];
            hashes = new int[SLOTS];
        }
        int slot = table.inserted() & SLOTS - 1;
        hashes[slot] = hash;
        before[slot] = newest[hash & BUCKETS - 1];
        newest[hash & BUCKETS - 1] = table.inserted();
    }
}
