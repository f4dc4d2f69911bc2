package io.portcullis.http;

import static io.portcullis.http.Transcript.claim;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Any bytes after a head that announces chunks: our decoder accepts what a reader of whole lines accepts, and gets the same body. */
public final class ChunkedBodyFuzz {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final Pattern SIZE_LINE = Pattern.compile("([0-9a-fA-F]{1,15})(;.*)?", Pattern.DOTALL);
    private static final String VALUE = "[\\t\\x20-\\x7e\\x80-\\xff]";
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final String BLANKS = "[ \\t]*+";
    private static final String QUOTED =
            "\"(?:[\\t\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\" + VALUE + ")*+\"";
    private static final Pattern EXTENSIONS = Pattern.compile("(?:;" + BLANKS + TOKEN + BLANKS + "(?:=" + BLANKS + "(?:"
            + TOKEN + "|" + QUOTED + ")" + BLANKS + ")?+)*+");
    private static final Pattern FIELD = Pattern.compile(TOKEN + ":" + VALUE + "*+");
    private static final int FIELDS = 12;

    private ChunkedBodyFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 4000) {
            // Beyond it the limit on extensions begins, which the reference does not have.
            return;
        }
        byte[] head = HEAD.getBytes(StandardCharsets.ISO_8859_1);
        byte[] wire = Arrays.copyOf(head, head.length + input.length);
        System.arraycopy(input, 0, wire, head.length, input.length);
        Transcript<RequestHead> said = Transcript.inAnySplit(Transcript.TIGHT, wire, Transcript::ofRequests);
        compare(said, new Reference(new String(input, StandardCharsets.ISO_8859_1)));
    }

    private static void compare(Transcript<RequestHead> said, Reference reference) {
        boolean accepted = said.ends() > 0;
        String both = said.text() + "\nreference: " + reference.verdict + " " + reference.body;
        if (!accepted) {
            claim(reference.verdict != Verdict.ACCEPTED || reference.isBeyondLimits(), "accepted\n" + both);
            return;
        }
        claim(reference.verdict == Verdict.ACCEPTED, "refused\n" + both);
        String expected = "\nBODY " + reference.body + "\nEND" + reference.trailers;
        claim(said.text().contains(expected), "same body and trailers\n" + both);
        String rest = reference.rest;
        byte[] after = rest.getBytes(StandardCharsets.ISO_8859_1);
        Transcript<RequestHead> alone = Transcript.ofRequests().decode(Transcript.TIGHT, after, List.of(4096));
        claim(said.text().endsWith(expected + alone.text()), "what follows is the next request\n" + both);
    }

    private enum Verdict {
        ACCEPTED,
        UNFINISHED,
        REFUSED
    }

    /** Reads the body line by line, as RFC 9112 §7.1 writes it. */
    private static final class Reference {
        private final StringBuilder body = new StringBuilder();
        private final StringBuilder trailers = new StringBuilder();
        private String rest;
        private int trailerBytes;
        private int trailerCount;
        private Verdict verdict;

        Reference(String text) {
            rest = text;
            verdict = read();
        }

        boolean isBeyondLimits() {
            return trailerCount > FIELDS || trailerBytes > 384;
        }

        private Verdict read() {
            while (true) {
                int end = rest.indexOf("\r\n");
                if (end < 0) {
                    return Verdict.UNFINISHED;
                }
                java.util.regex.Matcher line = SIZE_LINE.matcher(rest.substring(0, end));
                if (!line.matches()) {
                    return Verdict.REFUSED;
                }
                if (line.group(2) != null && !EXTENSIONS.matcher(line.group(2)).matches()) {
                    return Verdict.REFUSED;
                }
                long size = Long.parseLong(line.group(1), 16);
                rest = rest.substring(end + 2);
                if (size == 0) {
                    return trailers();
                }
                if (rest.length() < size + 2) {
                    return Verdict.UNFINISHED;
                }
                if (!rest.startsWith("\r\n", (int) size)) {
                    return Verdict.REFUSED;
                }
                body.append(rest, 0, (int) size);
                rest = rest.substring((int) size + 2);
            }
        }

        private Verdict trailers() {
            while (true) {
                int end = rest.indexOf("\r\n");
                if (end < 0) {
                    return Verdict.UNFINISHED;
                }
                String line = rest.substring(0, end);
                rest = rest.substring(end + 2);
                trailerBytes += end + 2;
                if (line.isEmpty()) {
                    return Verdict.ACCEPTED;
                }
                if (!FIELD.matcher(line).matches()) {
                    return Verdict.REFUSED;
                }
                trailerCount++;
                int colon = line.indexOf(':');
                trailers.append("\n  ").append(line, 0, colon).append(": ").append(trimmed(line.substring(colon + 1)));
            }
        }

        private static String trimmed(String value) {
            return value.replaceAll("\\A[ \\t]+|[ \\t]+\\z", "");
        }
    }
}
