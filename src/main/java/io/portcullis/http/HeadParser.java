package io.portcullis.http;

import java.nio.charset.StandardCharsets;

/**
 * Reads the lines of a head: exactly the grammar of RFC 9112 §2 to §5, without any of the leniency it allows. Every byte is looked
 * at once.
 */
public final class HeadParser {
    private final byte[] bytes;
    private final int length;
    private final HeadLimits limits;
    private int at;

    HeadParser(byte[] bytes, int length, HeadLimits limits) {
        this.bytes = bytes;
        this.length = length;
        this.limits = limits;
    }

    int position() {
        return at;
    }

    /** The characters from {@code begin} to {@code end}; of the usual methods always the same object. */
    String text(int begin, int end) {
        int size = end - begin;
        if (size == 3 && bytes[begin] == 'G' && bytes[begin + 1] == 'E' && bytes[begin + 2] == 'T') {
            return "GET";
        }
        if (size == 1 && bytes[begin] == '/') {
            return "/";
        }
        return new String(bytes, begin, size, StandardCharsets.ISO_8859_1);
    }

    byte byteAt(int index) {
        return index < length ? bytes[index] : 0;
    }

    /** Skips a token that ends with one space; says where it began. */
    int token(String what) throws MalformedMessage {
        int begin = at;
        while (at < length && FieldSyntax.isToken(bytes[at])) {
            at++;
        }
        if (at == begin || byteAt(at) != ' ') {
            throw limits.bad("malformed " + what);
        }
        at++;
        return begin;
    }

    /** Skips a request target that ends with one space; says where it began. */
    int target() throws MalformedMessage {
        int begin = at;
        while (at < length && FieldSyntax.isTarget(bytes[at])) {
            at++;
        }
        if (at == begin || byteAt(at) != ' ') {
            throw limits.bad("malformed request target");
        }
        at++;
        return begin;
    }

    /** Reads {@code HTTP/d.d}; says {@code 10 * major + minor}. */
    int version() throws MalformedMessage {
        boolean named = byteAt(at) == 'H' && byteAt(at + 1) == 'T' && byteAt(at + 2) == 'T' && byteAt(at + 3) == 'P';
        int major = byteAt(at + 5) - '0';
        int minor = byteAt(at + 7) - '0';
        boolean digits = major >= 0 && major <= 9 && minor >= 0 && minor <= 9;
        if (!named || byteAt(at + 4) != '/' || byteAt(at + 6) != '.' || !digits) {
            throw limits.bad("malformed HTTP version");
        }
        at += 8;
        return major * 10 + minor;
    }

    /** Reads a status line after its version: a space, three digits, and perhaps a space and a phrase. */
    int status() throws MalformedMessage {
        int status = 0;
        for (int i = 1; i <= 3; i++) {
            int digit = byteAt(at + i) - '0';
            if (digit < 0 || digit > 9) {
                throw limits.bad("malformed status");
            }
            status = status * 10 + digit;
        }
        if (byteAt(at) != ' ') {
            throw limits.bad("malformed status line");
        }
        at += 4;
        if (byteAt(at) == ' ') {
            while (at < length && FieldSyntax.isValue(bytes[at])) {
                at++;
            }
        }
        return status;
    }

    /** Skips CRLF. */
    void lineEnd() throws MalformedMessage {
        if (byteAt(at) != '\r' || byteAt(at + 1) != '\n') {
            throw limits.bad(byteAt(at) == '\n' ? "a line ends with LF alone" : "malformed end of a line");
        }
        at += 2;
    }

    /** Reads fields up to and with the empty line. */
    Fields fields() throws MalformedMessage {
        Fields fields = Fields.over(bytes, length);
        while (byteAt(at) != '\r') {
            field(fields);
            if (fields.size() > limits.headerCount()) {
                throw new MalformedMessage(
                        limits.headTooLarge(), "more than " + limits.headerCount() + " header fields");
            }
        }
        lineEnd();
        return fields;
    }

    private void field(Fields fields) throws MalformedMessage {
        int name = at;
        while (at < length && FieldSyntax.isToken(bytes[at])) {
            at++;
        }
        int nameEnd = at;
        if (!limits.isRequest()) {
            // RFC 9112 §5.1: a proxy removes blanks before the colon from responses.
            blanks();
        }
        if (nameEnd == name || byteAt(at) != ':') {
            throw limits.bad(describe(name));
        }
        at++;
        blanks();
        int value = at;
        while (at < length && FieldSyntax.isValue(bytes[at])) {
            at++;
        }
        int valueEnd = at;
        while (valueEnd > value && isBlank(bytes[valueEnd - 1])) {
            valueEnd--;
        }
        lineEnd();
        fields.mark(name, nameEnd - name, value, valueEnd - value);
    }

    private String describe(int name) {
        if (isBlank(byteAt(name))) {
            return "a folded header line, or a blank before the first";
        }
        if (byteAt(name) == '\n') {
            return "a line ends with LF alone";
        }
        return isBlank(byteAt(at)) ? "a blank between a field's name and its colon" : "a malformed field name";
    }

    private void blanks() {
        while (isBlank(byteAt(at))) {
            at++;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
