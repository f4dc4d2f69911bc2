package io.portcullis.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The static table (RFC 7541 Appendix A): 61 fields that need no sending. Indices begin with 1. */
final class HpackStatic {
    static final int SIZE = 61;
    static final byte[] NOTHING = {};
    static final int AUTHORITY = 1;
    static final int METHOD = 2;
    static final int PATH = 4;
    static final int SCHEME = 6;
    static final int STATUS = 8;

    /** The last index whose entry has a value. */
    private static final int LAST_WITH_VALUE = 16;

    private static final int BUCKETS = 256;
    private static final String TABLE =
            """
            :authority
            :method GET
            :method POST
            :path /
            :path /index.html
            :scheme http
            :scheme https
            :status 200
            :status 204
            :status 206
            :status 304
            :status 400
            :status 404
            :status 500
            accept-charset
            accept-encoding gzip, deflate
            accept-language
            accept-ranges
            accept
            access-control-allow-origin
            age
            allow
            authorization
            cache-control
            content-disposition
            content-encoding
            content-language
            content-length
            content-location
            content-range
            content-type
            cookie
            date
            etag
            expect
            expires
            from
            host
            if-match
            if-modified-since
            if-none-match
            if-range
            if-unmodified-since
            last-modified
            link
            location
            max-forwards
            proxy-authenticate
            proxy-authorization
            range
            referer
            refresh
            retry-after
            server
            set-cookie
            strict-transport-security
            transfer-encoding
            user-agent
            vary
            via
            www-authenticate
            """;
    private static final byte[][] NAMES = new byte[SIZE + 1][];
    private static final byte[][] VALUES = new byte[SIZE + 1][];
    /** By hash of the name, with open addressing: the first index with this name; 0 for none. */
    private static final byte[] BY_NAME = new byte[BUCKETS];

    static {
        NAMES[0] = NOTHING;
        VALUES[0] = NOTHING;
        String[] lines = TABLE.split("\n", -1);
        for (int i = 1; i <= SIZE; i++) {
            String[] words = lines[i - 1].split(" ", 2);
            NAMES[i] = bytes(words[0]);
            VALUES[i] = words.length > 1 ? bytes(words[1]) : NOTHING;
            if (!Arrays.equals(NAMES[i], NAMES[i - 1])) {
                int bucket = bucket(hash(NAMES[i], NAMES[i].length));
                while (BY_NAME[bucket] != 0) {
                    bucket = bucket + 1 & BUCKETS - 1;
                }
                BY_NAME[bucket] = (byte) i;
            }
        }
    }

    private HpackStatic() {}

    static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] name(int index) {
        return NAMES[index];
    }

    static byte[] value(int index) {
        return VALUES[index];
    }

    /** The hash by which {@link #find} looks for a name in lower case. */
    static int hash(byte[] name, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + name[i];
        }
        return hash;
    }

    /** The first index with this name, in lower case, of this hash; 0 where there is none. */
    static int find(byte[] name, int length, int hash) {
        for (int bucket = bucket(hash); BY_NAME[bucket] != 0; bucket = bucket + 1 & BUCKETS - 1) {
            byte[] found = NAMES[BY_NAME[bucket]];
            if (found.length == length && Arrays.equals(found, 0, length, name, 0, length)) {
                return BY_NAME[bucket];
            }
        }
        return 0;
    }

    /** The index with the name of {@code first}, which {@link #find} said, and this value; 0 where there is none. */
    static int find(int first, byte[] value, int from, int length) {
        for (int i = first; i <= LAST_WITH_VALUE && NAMES[i].length == NAMES[first].length; i++) {
            if (VALUES[i].length == length
                    && length > 0
                    && Arrays.equals(VALUES[i], 0, length, value, from, from + length)
                    && Arrays.equals(NAMES[i], NAMES[first])) {
                return i;
            }
        }
        return 0;
    }

    private static int bucket(int hash) {
        int mixed = hash * 0x9e3779b9;
        return mixed >>> 24;
    }
}
