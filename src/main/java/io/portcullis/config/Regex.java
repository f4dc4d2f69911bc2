package io.portcullis.config;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that takes time in proportion to the text, whatever either says (RE2): no request can make it slow. It has no
 * back references and no lookaround. Equal to another of the same text. Immutable.
 */
public final class Regex {
    private static final int LONGEST = 1024;

    private final Pattern pattern;

    private Regex(Pattern pattern) {
        this.pattern = pattern;
    }

    static Regex of(String text) throws Refusal {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new Refusal(
                    "expected a regular expression of 1 to " + LONGEST + " characters, found " + text.length(),
                    "write a shorter one, or several routes");
        }
        try {
            return new Regex(Pattern.compile(text));
        } catch (PatternSyntaxException e) {
            throw new Refusal(
                    "expected a regular expression, found \"" + text + "\": " + e.getDescription(),
                    "write it in RE2 syntax, which has no back references and no lookaround");
        }
    }

    /** Whether all of {@code text} is one match. */
    public boolean matches(CharSequence text) {
        return pattern.matcher(text).matches();
    }

    /**
     * {@code replacement} with what the groups matched in place of {@code $1} and the like.
     *
     * @return null where not all of {@code text} is one match
     */
    public @Nullable String replaced(String text, String replacement) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        // Not replaceFirst: it looks again, for the first match, which may be a part only.
        StringBuilder made = new StringBuilder();
        matcher.appendReplacement(made, replacement);
        return made.toString();
    }

    /** How many groups it has, by which {@code $1} and the like are bounded. */
    int groups() {
        return pattern.groupCount();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Regex regex && pattern.pattern().equals(regex.pattern.pattern());
    }

    @Override
    public int hashCode() {
        return pattern.pattern().hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return pattern.pattern();
    }
}
