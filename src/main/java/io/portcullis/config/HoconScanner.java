package io.portcullis.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the HOCON parser does not tell: which keys one file writes twice (the last one wins there, silently), and on which line
 * each {@code include} stands. Reads text that the parser has accepted; of any other text it makes no sense, but ends.
 */
final class HoconScanner {
    private static final Pattern INCLUDE = Pattern.compile(
            "include\\s+(?:required\\(\\s*)?(?:(file|url|classpath|package)\\(\\s*)?\"((?:[^\"\\\\]|\\\\.)*)\"[\\s)]*?(?=\\R|$|[,}#/)])");

    /** One {@code include} statement. */
    record Include(String name, int line) {}

    /** A key that was given a second value on {@code line}, which hides that of {@code firstLine}. */
    record Duplicate(String key, int line, int firstLine) {}

    private record Written(int line, boolean block) {}

    /** The keys of one object: those within a list's element are their own world. */
    private record Scope(Map<String, Written> seen, String inner, String shown) {
        Scope below(String key) {
            return new Scope(seen, join(inner, key), join(shown, key));
        }

        Scope element(int i) {
            return new Scope(new HashMap<>(), "", shown + "[" + i + "]");
        }

        private static String join(String head, String tail) {
            return head.isEmpty() ? tail : head + "." + tail;
        }
    }

    private final String text;
    private final List<Include> includes = new ArrayList<>();
    private final List<Duplicate> duplicates = new ArrayList<>();
    private int at;
    private int line = 1;

    private HoconScanner(String text) {
        this.text = text;
    }

    static HoconScanner scan(String text) {
        HoconScanner scanner = new HoconScanner(text);
        Scope root = new Scope(new HashMap<>(), "", "");
        while (!scanner.atEnd()) {
            scanner.object(root);
        }
        return scanner;
    }

    List<Include> includes() {
        return includes;
    }

    List<Duplicate> duplicates() {
        return duplicates;
    }

    private void object(Scope scope) {
        while (true) {
            blank(true);
            if (atEnd()) {
                return;
            }
            char c = peek();
            if (c == '}') {
                next();
                return;
            }
            if (c == '{') {
                // The braces around a whole file.
                next();
                object(scope);
            } else if (!include()) {
                field(scope);
            }
        }
    }

    private boolean include() {
        Matcher matcher = INCLUDE.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return false;
        }
        includes.add(new Include(matcher.group(2), line));
        while (at < matcher.end()) {
            next();
        }
        while (!atEnd() && peek() == ')') {
            next();
        }
        return true;
    }

    private void field(Scope scope) {
        int first = line;
        int before = at;
        List<String> key = key();
        boolean append = text.startsWith("+=", at);
        if (append) {
            at += 2;
        } else if (!atEnd() && (peek() == '=' || peek() == ':')) {
            next();
        }
        Scope inner = scope;
        for (int i = 0; i < key.size(); i++) {
            inner = inner.below(key.get(i));
            if (i < key.size() - 1) {
                note(inner, new Written(first, true), false);
            }
        }
        boolean[] kind = value(inner);
        note(inner, new Written(first, kind[0]), append || kind[1]);
        if (at == before) {
            next();
        }
    }

    private void note(Scope scope, Written now, boolean builtOnPrevious) {
        Written previous = scope.seen.put(scope.inner, now);
        if (previous != null && !builtOnPrevious && !(previous.block && now.block)) {
            duplicates.add(new Duplicate(scope.shown, now.line, previous.line));
        }
    }

    /** The segments of a key; stops before what separates it from its value. */
    private List<String> key() {
        List<String> segments = new ArrayList<>();
        StringBuilder segment = new StringBuilder();
        while (!atEnd() && "=:{}\n,#".indexOf(peek()) < 0 && !text.startsWith("+=", at)) {
            if (peek() == '"') {
                int start = at;
                string();
                segment.append(text, start + 1, Math.max(start + 1, at - 1));
            } else if (peek() == '.') {
                next();
                segments.add(segment.toString().strip());
                segment.setLength(0);
            } else {
                segment.append(next());
            }
        }
        segments.add(segment.toString().strip());
        return segments;
    }

    /** Passes over one value; says whether it is a block, and whether it may build on what was there before. */
    private boolean[] value(Scope scope) {
        boolean block = false;
        boolean other = false;
        boolean substitution = false;
        blank(true, false);
        while (true) {
            blank(false);
            if (atEnd() || "\n,}]#".indexOf(peek()) >= 0 || text.startsWith("//", at)) {
                return new boolean[] {block && !other, substitution};
            }
            if (peek() == '{') {
                next();
                object(scope);
                block = true;
            } else if (peek() == '[') {
                next();
                list(scope);
                other = true;
            } else if (text.startsWith("${", at)) {
                skipTo("}");
                substitution = true;
            } else if (peek() == '"') {
                string();
                other = true;
            } else {
                next();
                other = true;
            }
        }
    }

    private void list(Scope scope) {
        for (int i = 0; ; i++) {
            blank(true);
            if (atEnd()) {
                return;
            }
            if (peek() == ']') {
                next();
                return;
            }
            int before = at;
            value(scope.element(i));
            if (at == before) {
                next();
            }
        }
    }

    private void string() {
        if (text.startsWith("\"\"\"", at)) {
            at += 3;
            skipTo("\"\"\"");
            while (!atEnd() && peek() == '"') {
                next();
            }
            return;
        }
        next();
        while (!atEnd() && peek() != '"') {
            if (next() == '\\' && !atEnd()) {
                next();
            }
        }
        if (!atEnd()) {
            next();
        }
    }

    private void skipTo(String end) {
        while (!atEnd() && !text.startsWith(end, at)) {
            next();
        }
        at = Math.min(text.length(), at + end.length());
    }

    private void blank(boolean lines) {
        blank(lines, lines);
    }

    private void blank(boolean lines, boolean commas) {
        while (!atEnd()) {
            char c = peek();
            if (lines && (c == '#' || text.startsWith("//", at))) {
                while (!atEnd() && peek() != '\n') {
                    next();
                }
            } else if (c == '\n'
                    ? lines
                    : Character.isWhitespace(c) || c == '\uFEFF' || c == '\u00A0' || (commas && c == ',')) {
                next();
            } else {
                return;
            }
        }
    }

    private boolean atEnd() {
        return at >= text.length();
    }

    private char peek() {
        return text.charAt(at);
    }

    private char next() {
        char c = text.charAt(at++);
        if (c == '\n') {
            line++;
        }
        return c;
    }
}
