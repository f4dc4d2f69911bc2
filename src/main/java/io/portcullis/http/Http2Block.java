package io.portcullis.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One decoded block of fields: pseudo-header fields, fields, and what is wrong with them (RFC 9113 §8.2, §8.3).
 *
 * <p>A block that is malformed is still read to its end, for the tables of both sides must stay the same; but nothing more is kept of
 * it than its limits allow.
 */
@io.portcullis.net.OnLoop
public final class Http2Block implements FieldTaker {
    private static final byte[] COOKIE = {'c', 'o', 'o', 'k', 'i', 'e'};

    private final HeadLimits limits;
    private final Fields fields = Fields.roomy();
    private final boolean request;
    private @Nullable String method;
    private @Nullable String scheme;
    private @Nullable String path;
    private @Nullable String authority;
    private @Nullable String protocol;
    private @Nullable String status;
    private @Nullable String fault;
    private byte[] cookies = new byte[0];
    private int cookieBytes;
    private int count;
    private long bytes;
    private boolean hasFields;
    private boolean tooLarge;
    private boolean pseudo;

    /** @param request whether it comes from a client */
    Http2Block(HeadLimits limits, boolean request) {
        this.limits = limits;
        this.request = request;
    }

    @Override
    public boolean field(byte[] name, int nameLength, byte[] value, int valueLength, boolean neverIndexed) {
        if (!count(nameLength + valueLength)) {
            return false;
        }
        if (nameLength > 0 && name[0] == ':') {
            pseudo(name, nameLength, value, valueLength);
        } else {
            hasFields = true;
            plain(name, nameLength, value, valueLength, neverIndexed);
        }
        return true;
    }

    @Override
    public boolean tooLong() {
        tooLarge = true;
        return false;
    }

    /** No more fields come: cookies that came apart are joined (RFC 9113 §8.2.3). */
    void end() {
        if (cookieBytes > 0 && fault == null) {
            fields.append(COOKIE, COOKIE.length, cookies, cookieBytes, false);
        }
        cookies = new byte[0];
    }

    public Fields fields() {
        return fields;
    }

    @Nullable
    String method() {
        return method;
    }

    @Nullable
    String scheme() {
        return scheme;
    }

    @Nullable
    String path() {
        return path;
    }

    @Nullable
    String authority() {
        return authority;
    }

    /** What extended CONNECT asks for (RFC 8441 §4). */
    @Nullable
    String protocol() {
        return protocol;
    }

    @Nullable
    String status() {
        return status;
    }

    /** Whether it is larger than its limits; then the rest was not kept. */
    boolean isTooLarge() {
        return tooLarge;
    }

    /** What makes it malformed; null where nothing does. */
    @Nullable
    String fault() {
        return fault;
    }

    /** What makes it malformed as trailers; null where nothing does. */
    @Nullable
    String trailerFault() {
        if (tooLarge) {
            return "trailers larger than limits.header-bytes";
        }
        return fault == null && pseudo ? "a pseudo-header field in trailers" : fault;
    }

    /** Counts with what RFC 9113 §6.5.2 adds for each entry, so that many small ones are not free; crumbs of cookies count, too. */
    private boolean count(int size) {
        count++;
        bytes += size + Http2Settings.ENTRY;
        long most = limits.headerBytes() + limits.firstLine() + (long) Http2Settings.ENTRY * 8;
        if (count > limits.headerCount() + 8 || bytes > most) {
            tooLarge = true;
        }
        return !tooLarge;
    }

    private void pseudo(byte[] name, int nameLength, byte[] value, int valueLength) {
        pseudo = true;
        if (hasFields) {
            refuse("a pseudo-header field behind a field");
            return;
        }
        String text = text(value, valueLength);
        String known = text(name, nameLength);
        boolean taken =
                switch (known) {
                    case ":method" -> request && method == null && (method = text) != null;
                    case ":scheme" -> request && scheme == null && (scheme = text) != null;
                    case ":path" -> request && path == null && (path = text) != null;
                    case ":authority" -> request && authority == null && (authority = text) != null;
                    case ":protocol" -> request && protocol == null && (protocol = text) != null;
                    case ":status" -> !request && status == null && (status = text) != null;
                    default -> false;
                };
        if (!taken) {
            refuse("an unknown or repeated pseudo-header field");
        }
    }

    private void plain(byte[] name, int nameLength, byte[] value, int valueLength, boolean neverIndexed) {
        if (!isName(name, nameLength)) {
            refuse("a field name that is empty, in upper case, or no token");
        } else if (!isValue(value, valueLength)) {
            refuse("a field value with a control character, or with a blank at an end");
        } else if (nameLength == COOKIE.length && Arrays.equals(name, 0, nameLength, COOKIE, 0, nameLength)) {
            crumb(value, valueLength);
        } else {
            fields.append(name, nameLength, value, valueLength, neverIndexed);
            connection(fields.size() - 1);
        }
    }

    /** Fields that only an HTTP/1 connection has (RFC 9113 §8.2.2). */
    private void connection(int index) {
        switch (fields.kindAt(index)) {
            case CONNECTION, TRANSFER_ENCODING, UPGRADE -> refuse("a field that belongs to an HTTP/1 connection");
            case HOP_BY_HOP -> {
                boolean te = fields.isNamed(index, "te");
                if (fields.isNamed(index, "keep-alive")
                        || fields.isNamed(index, "proxy-connection")
                        || te && !fields.value(index).equals("trailers")) {
                    refuse("a field that belongs to an HTTP/1 connection");
                }
            }
            default -> {
                if (request && fields.startsWith(index, "x-http2-")) {
                    // Some codecs let their own remarks on a stream travel in such fields (rule T09).
                    refuse("a field x-http2-…");
                }
            }
        }
    }

    private void crumb(byte[] value, int length) {
        int before = cookieBytes == 0 ? 0 : 2;
        int needed = cookieBytes + before + length;
        if (needed > cookies.length) {
            cookies = Arrays.copyOf(cookies, Math.max(needed, cookies.length * 2));
        }
        if (before > 0) {
            cookies[cookieBytes++] = ';';
            cookies[cookieBytes++] = ' ';
        }
        System.arraycopy(value, 0, cookies, cookieBytes, length);
        cookieBytes += length;
    }

    private void refuse(String why) {
        if (fault == null) {
            fault = why;
        }
    }

    private static boolean isName(byte[] name, int length) {
        for (int i = 0; i < length; i++) {
            byte b = name[i];
            if (!FieldSyntax.isToken(b) || b >= 'A' && b <= 'Z') {
                return false;
            }
        }
        return length > 0;
    }

    private static boolean isValue(byte[] value, int length) {
        for (int i = 0; i < length; i++) {
            if (!FieldSyntax.isValue(value[i])) {
                return false;
            }
        }
        return length == 0 || !isBlank(value[0]) && !isBlank(value[length - 1]);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** Of what nearly every request says, always the same object. */
    private static String text(byte[] bytes, int length) {
        if (length == 1 && bytes[0] == '/') {
            return "/";
        }
        if (length == 3 && bytes[0] == 'G' && bytes[1] == 'E' && bytes[2] == 'T') {
            return "GET";
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
