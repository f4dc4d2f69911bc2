package io.portcullis.http;

import io.netty.util.NetUtil;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A host and an optional port, as {@code Host} and {@code :authority} carry them (RFC 9110 §7.2).
 *
 * @param text as the client wrote it
 * @param host lower case, no trailing dot, IPv6 canonical and in brackets; empty where the client sent none (HTTP/1.0)
 * @param port 1 to 65535; 0 where none was written
 * @param isAddress whether {@code host} is an IP literal
 */
public record Authority(String text, String host, int port, boolean isAddress) {
    /** No host: an HTTP/1.0 request without {@code Host}. */
    public static final Authority NONE = new Authority("", "", 0, false);

    /** Host with the port only where it is not {@code defaultPort}. */
    public String hostAndPort(int writtenPort, int defaultPort) {
        return writtenPort == defaultPort ? host : host + ":" + writtenPort;
    }

    /** Reads {@code text}; null where it is no host and port: user information, a path, a comma, a zone, a bad port. */
    public static @Nullable Authority parse(String text) {
        if (text.isEmpty() || text.length() > 254 + 6) {
            return null;
        }
        return text.charAt(0) == '[' ? parseBracketed(text) : parseName(text);
    }

    private static @Nullable Authority parseBracketed(String text) {
        int close = text.indexOf(']');
        if (close < 0) {
            return null;
        }
        String literal = inHexadecimal(text.substring(1, close));
        boolean zoned = literal.indexOf('%') >= 0;
        byte[] bytes = zoned ? null : NetUtil.createByteArrayFromIpAddressString(literal);
        int port = port(text, close + 1);
        if (bytes == null || bytes.length != 16 || port < 0) {
            return null;
        }
        return new Authority(text, "[" + NetUtil.bytesToIpAddress(bytes) + "]", port, true);
    }

    /** With an IPv4 tail as two groups: Netty would read the address {@code ::1.2.3.4} as {@code ::ffff:1.2.3.4}. */
    private static String inHexadecimal(String literal) {
        int colon = literal.lastIndexOf(':');
        String tail = literal.substring(colon + 1);
        if (colon < 0 || !NetUtil.isValidIpV4Address(tail)) {
            return literal;
        }
        byte[] four = NetUtil.createByteArrayFromIpAddressString(tail);
        int high = (four[0] & 0xff) << 8 | four[1] & 0xff;
        int low = (four[2] & 0xff) << 8 | four[3] & 0xff;
        return literal.substring(0, colon + 1) + Integer.toHexString(high) + ":" + Integer.toHexString(low);
    }

    private static @Nullable Authority parseName(String text) {
        int end = text.indexOf(':');
        int port = port(text, end < 0 ? text.length() : end);
        String name = end < 0 ? text : text.substring(0, end);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (port < 0 || !isName(name)) {
            return null;
        }
        String host = name.toLowerCase(Locale.ROOT);
        return new Authority(text, host, port, NetUtil.isValidIpV4Address(host));
    }

    /** The port after {@code at}: 0 for none, -1 for a bad one. An empty port ({@code example.com:}) is none, RFC 3986 §3.2.3. */
    private static int port(String text, int at) {
        if (at == text.length()) {
            return 0;
        }
        if (text.charAt(at) != ':' || text.length() - at > 6) {
            return -1;
        }
        int port = 0;
        for (int i = at + 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            port = port * 10 + digit;
        }
        return at + 1 == text.length() ? 0 : port >= 1 && port <= 65535 ? port : -1;
    }

    /** Letters, digits, hyphens, underscores and dots; no empty label, none longer than 63, at most 253 in all. */
    private static boolean isName(String name) {
        if (name.length() > 253) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            if (letter || c >= '0' && c <= '9' || c == '-' || c == '_') {
                label++;
            } else if (c == '.' && label > 0) {
                label = 0;
            } else {
                return false;
            }
            if (label > 63) {
                return false;
            }
        }
        return label > 0;
    }
}
