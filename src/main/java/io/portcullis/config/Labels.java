package io.portcullis.config;

import java.util.regex.Pattern;

/** Names the operator gives, and words that go into header fields. */
final class Labels {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    /** RFC 9110 §5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\\s*;[\\x20-\\x7e]*)?");

    private Labels() {}

    /** The name of a block. */
    static String name(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (!isName(text)) {
            throw new Refusal("expected a name, found \"" + text + "\"", nameRule());
        }
        return text;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    static String nameRule() {
        return "a name is 1 to 64 letters, digits, '-', '_' and '.', a letter or digit first";
    }

    /** A route's label: may look like {@code example.com/api/}. */
    static String label(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (text.isEmpty() || text.length() > 128 || !text.chars().allMatch(c -> c >= ' ' && c != '"' && c != 127)) {
            throw new Refusal(
                    "expected a label for meters and log, found \"" + text + "\"",
                    "write 1 to 128 characters, no quotes and no control characters");
        }
        return text;
    }

    static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    static String token(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (!isToken(text)) {
            throw new Refusal(
                    "expected a token (RFC 9110 §5.6.2), found \"" + text + "\"",
                    "write letters, digits and !#$%&'*+.^_`|~- only, at most 64");
        }
        return text;
    }

    static String mediaType(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (!MEDIA_TYPE.matcher(text).matches()) {
            throw new Refusal("expected a media type, found \"" + text + "\"", "write for example \"text/plain\"");
        }
        return text;
    }
}
