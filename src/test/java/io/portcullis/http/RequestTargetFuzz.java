package io.portcullis.http;

import static io.portcullis.http.Transcript.claim;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Any request target: its normal form is stable, means what the client wrote, and climbs out of no folder however it is decoded. */
public final class RequestTargetFuzz {
    private RequestTargetFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        check("GET", text);
        check("OPTIONS", text);
    }

    private static void check(String method, String text) {
        RequestTarget target = RequestTarget.parse(method, text);
        checkResolved(RequestTarget.read(method, text), target, text);
        if (target == null) {
            return;
        }
        String both = "wrote: " + text + "\nread: " + target;
        RequestTarget again = RequestTarget.parse(method, target.text());
        claim(again != null && again.path().equals(target.path()), "stable path\n" + both);
        claim(again != null && same(again.query(), target.query()), "stable query\n" + both);
        String path = target.path();
        claim(path.startsWith("/") || path.equals("*") && method.equals("OPTIONS"), "begins with /\n" + both);
        claim(
                target.text()
                        .chars()
                        .allMatch(c -> c > ' ' && c < 0x7f && c != '#' && c != '\\' || isInQuery(target, c)),
                "visible ASCII\n" + both);
        claim(decoded(path).equals(decoded(rawPath(method, text))), "same meaning\n" + both);
        claim(decoded(path).indexOf('\0') < 0, "no NUL\n" + both);
        claim(same(target.query(), rawQuery(text)), "query as it was\n" + both);
        claim(!climbs(decoded(path)), "no dot segment\n" + both);
        checkAuthority(target, text, both);
    }

    /** Only what the strict reading refuses is resolved, into a path that it takes, and that says one thing to everybody. */
    private static void checkResolved(@Nullable RequestTarget read, @Nullable RequestTarget strict, String text) {
        if (read == null || read.shape() != RequestTarget.Shape.RESOLVED) {
            claim(read == null ? strict == null : read.equals(strict), "the strict reading\nwrote: " + text);
            return;
        }
        String both = "wrote: " + text + "\nresolved: " + read;
        RequestTarget again = RequestTarget.parse("GET", read.text());
        claim(strict == null, "refused by the strict reading\n" + both);
        claim(again != null && again.isPlain() && again.path().equals(read.path()), "plain\n" + both);
        claim(!climbs(decoded(read.path())), "no dot segment left\n" + both);
    }

    private static boolean isInQuery(RequestTarget target, int c) {
        return c == '\\' && target.query() != null && target.path().indexOf('\\') < 0;
    }

    private static void checkAuthority(RequestTarget target, String text, String both) {
        claim((target.authority() == null) == (text.startsWith("/") || text.equals("*")), "authority\n" + both);
        if (target.authority() != null) {
            claim(
                    text.toLowerCase(Locale.ROOT)
                            .contains("://" + target.authority().text().toLowerCase(Locale.ROOT)),
                    "the authority that stands there\n" + both);
        }
    }

    private static boolean same(@Nullable String one, @Nullable String other) {
        return one == null ? other == null : one.equals(other);
    }

    private static String rawPath(String method, String text) {
        String rest = text;
        if (!text.startsWith("/") && !text.equals("*")) {
            rest = text.substring(text.indexOf("://") + 3);
            int end = rest.indexOf('/');
            int mark = rest.indexOf('?');
            boolean none = end < 0 || mark >= 0 && mark < end;
            // OPTIONS without a path is about the server as a whole (RFC 9112 §3.2.4).
            String empty = method.equals("OPTIONS") && mark < 0 ? "*" : "/";
            rest = none ? empty : rest.substring(end);
        }
        int mark = rest.indexOf('?');
        return mark < 0 ? rest : rest.substring(0, mark);
    }

    private static @Nullable String rawQuery(String text) {
        int mark = text.indexOf('?');
        return mark < 0 ? null : text.substring(mark + 1);
    }

    /** Every triplet decoded, as a careless backend does it. */
    private static String decoded(String path) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '%') {
                out.append((char) Integer.parseInt(path, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.append(path.charAt(i));
            }
        }
        return out.toString();
    }

    /** Whether a segment is a dot segment to anyone who also takes a backslash for a slash, or cuts segments at a semicolon. */
    private static boolean climbs(String path) {
        for (String segment : path.split("[/\\\\]", -1)) {
            int semicolon = segment.indexOf(';');
            String name = semicolon < 0 ? segment : segment.substring(0, semicolon);
            if (name.equals(".") || name.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
