package io.portcullis.config;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** Host names as RFC 1123 §2.1 allows them, with {@code *} as a whole first label where a wildcard is meant. */
final class HostNames {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private HostNames() {}

    /** A name to match requests or SNI by: lower case, a wildcard allowed. */
    static String pattern(Setting setting) throws Refusal {
        String text = setting.text().strip().toLowerCase(Locale.ROOT);
        if (text.equals("*")) {
            throw new Refusal("\"*\" is not a host name", "leave the key out to match every host");
        }
        if (text.startsWith("[") && text.endsWith("]") && IpAddresses.isV6(text.substring(1, text.length() - 1))) {
            return text;
        }
        check(text, text.startsWith("*.") ? text.substring(2) : text);
        return text;
    }

    /** @param name the part of {@code text} that must be a plain name */
    static void check(String text, String name) throws Refusal {
        String expected = "expected a host name, found \"" + text + "\"";
        if (name.contains("*")) {
            throw new Refusal(expected, "a wildcard stands for the whole first label: *.example.com");
        }
        if (name.indexOf('/') >= 0) {
            throw new Refusal(expected, "write the name alone, without scheme or path");
        }
        if (name.indexOf(':') >= 0) {
            throw new Refusal(expected, "write the name without a port; an IPv6 address in brackets");
        }
        if (name.endsWith(".")) {
            throw new Refusal(expected, "leave out the dot at the end");
        }
        if (!name.chars().allMatch(c -> c < 128)) {
            throw new Refusal(expected, "write international names in their A-label form" + aLabel(text));
        }
        if (name.length() > 253) {
            throw new Refusal(expected, "a name has at most 253 characters");
        }
        for (String label : name.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                throw new Refusal(
                        expected,
                        "the label \"" + label
                                + "\" must be 1 to 63 letters, digits and hyphens, none at its ends (RFC 1123)");
            }
        }
    }

    private static String aLabel(String text) {
        try {
            return ": " + IDN.toASCII(text);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
