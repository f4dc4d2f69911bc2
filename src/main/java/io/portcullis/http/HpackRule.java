package io.portcullis.http;

import java.util.Arrays;

/**
 * Which fields an encoder puts into the table.
 *
 * <p>A table of 4 KB holds some forty fields, and each that never comes again pushes out one that does. So only those go in at first sight
 * that an origin says with every answer; those that are another with every message do not go in at all, and are not even looked for;
 * of all others nobody can know, and they go in when they have come twice: what a connection says twice, it says often.
 */
enum HpackRule {
    /** Goes in at first sight. */
    FIRST_TIME,
    /** Goes in when it comes again. */
    SECOND_TIME,
    /** Is sent as it is. */
    NOT,
    /** Is sent as it is, and nobody on the way may put it into a table: what opens doors must not be guessed by sizes (RFC 7541 §7.1.3). */
    NEVER;

    /** A cookie shorter than this can be guessed (RFC 7541 §7.1.3). */
    private static final int GUESSABLE = 20;

    private static final int COOKIE = index("cookie");
    private static final byte[] REQUEST_ID = HpackStatic.bytes("x-request-id");
    private static final HpackRule[] BY_INDEX = byIndex();

    private static int index(String name) {
        byte[] bytes = HpackStatic.bytes(name);
        return HpackStatic.find(bytes, bytes.length, HpackStatic.hash(bytes, bytes.length));
    }

    private static HpackRule[] byIndex() {
        HpackRule[] rules = new HpackRule[HpackStatic.SIZE + 1];
        Arrays.fill(rules, SECOND_TIME);
        set(
                rules,
                FIRST_TIME,
                ":authority accept-encoding accept-ranges cache-control content-encoding content-type server"
                        + " strict-transport-security vary via");
        set(
                rules,
                NOT,
                ":path age content-length content-location content-range etag expires if-match if-modified-since"
                        + " if-none-match if-range if-unmodified-since last-modified location range retry-after");
        set(rules, NEVER, "authorization proxy-authorization set-cookie");
        return rules;
    }

    private static void set(HpackRule[] rules, HpackRule rule, String names) {
        for (String name : names.split(" ", -1)) {
            rules[index(name)] = rule;
        }
    }

    /** The rule for a field; {@code index} is that of its name in the static table, or 0. */
    static HpackRule of(int index, byte[] name, int nameLength, int valueLength) {
        if (index == COOKIE && valueLength < GUESSABLE) {
            return NEVER;
        }
        boolean isId = index == 0
                && nameLength == REQUEST_ID.length
                && Arrays.equals(name, 0, nameLength, REQUEST_ID, 0, nameLength);
        return isId ? NOT : BY_INDEX[index];
    }
}
