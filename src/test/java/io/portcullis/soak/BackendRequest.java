package io.portcullis.soak;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads requests as a strict backend does: whatever is not exactly one well-formed message is the proxy's mistake. */
final class BackendRequest {
    private static final Pattern LINE = Pattern.compile("[A-Z]+ /r/([a-z0-9]+)/(\\d+) HTTP/1\\.1");
    private static final Pattern ANY_LINE = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/1\\.1");

    private final InputStream in;
    private String line = "";
    private String token = "x";
    private String key = "";
    private int size;
    private long length;
    private boolean chunked;
    private boolean upgrade;
    private int hosts;
    private int framings;
    private long got;

    BackendRequest(InputStream in) {
        this.in = in;
    }

    /** Reads one whole request; false at the end of the connection before or in it. */
    boolean read() throws IOException {
        reset();
        line = line();
        if (line.isEmpty()) {
            return false;
        }
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
            token = matcher.group(1);
            size = Integer.parseInt(matcher.group(2));
        }
        for (String field = line(); !field.isEmpty(); field = line()) {
            field(field);
        }
        return !isSound() || upgrade || (chunked ? chunks() : fixed(length));
    }

    private void reset() {
        token = "x";
        key = "";
        size = 10;
        length = 0;
        chunked = false;
        upgrade = false;
        hosts = 0;
        framings = 0;
        got = 0;
    }

    private void field(String field) {
        int colon = field.indexOf(':');
        String name = field.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
        String value = field.substring(colon + 1).strip();
        switch (name) {
            case "host" -> hosts++;
            case "content-length" -> {
                framings++;
                length = Long.parseLong(value);
            }
            case "transfer-encoding" -> {
                framings++;
                chunked = true;
            }
            case "upgrade" -> upgrade = true;
            case "sec-websocket-key" -> key = value;
            default -> {}
        }
    }

    private boolean chunks() throws IOException {
        while (true) {
            String size = line();
            if (size.isEmpty()) {
                return false;
            }
            long chunk = Long.parseLong(size, 16);
            if (chunk == 0) {
                while (!line().isEmpty()) {
                    // trailers
                }
                return true;
            }
            if (!fixed(chunk) || !line().isEmpty()) {
                return false;
            }
        }
    }

    private boolean fixed(long count) throws IOException {
        byte[] some = new byte[8192];
        for (long left = count; left > 0; ) {
            int n = in.read(some, 0, (int) Math.min(some.length, left));
            if (n < 0) {
                return false;
            }
            left -= n;
            got += n;
        }
        return true;
    }

    /** A line without its CRLF; empty at the end too. */
    private String line() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            text.append((char) b);
        }
        int end = text.length() - 1;
        return end >= 0 && text.charAt(end) == '\r' ? text.substring(0, end) : "";
    }

    boolean isSound() {
        return ANY_LINE.matcher(line).matches() && hosts == 1 && framings <= 1;
    }

    String describe() {
        return line + " hosts " + hosts + " framings " + framings;
    }

    InputStream in() {
        return in;
    }

    String token() {
        return token;
    }

    String key() {
        return key;
    }

    int size() {
        return size;
    }

    boolean upgrade() {
        return upgrade;
    }

    long bodyLength() {
        return got;
    }
}
