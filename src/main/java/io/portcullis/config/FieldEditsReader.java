package io.portcullis.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code request-headers} and {@code response-headers} of a route, and {@code headers} of its {@code respond}. */
final class FieldEditsReader {
    private FieldEditsReader() {}

    static FieldEdits read(Node node) {
        FieldEdits edits =
                new FieldEdits(node.each("remove", FieldEditsReader::name), lines(node, "set"), lines(node, "add"));
        Set<String> named = new HashSet<>();
        edits.set().forEach(line -> {
            if (!named.add(HeaderNames.folded(line.name()))) {
                node.error("set", line.name() + " is named twice", "write it once; backends fold - and _ into one");
            }
        });
        node.finish();
        return edits;
    }

    /** The fields under {@code key}: one line for each value, in the order of their names. */
    static List<FieldEdits.Line> lines(Node node, String key) {
        List<FieldEdits.Line> lines = new ArrayList<>();
        NamedValues named = node.named(key);
        if (named != null) {
            named.read(FieldEditsReader::checked)
                    .forEach((name, values) -> values.forEach(value -> lines.add(new FieldEdits.Line(name, value))));
        }
        return lines;
    }

    private static FieldValue checked(String name, Setting setting) throws Refusal {
        changeable(name);
        return FieldValue.of(setting.text().strip());
    }

    private static String name(Setting setting) throws Refusal {
        return changeable(setting.text().strip());
    }

    private static String changeable(String name) throws Refusal {
        if (!Labels.isToken(name)) {
            throw new Refusal(
                    "\"" + name + "\" is no name of a header field (RFC 9110 §5.1)",
                    "write letters, digits and hyphens; in quotes where there are others");
        }
        String remedy = HeaderNames.remedyForChange(name);
        if (remedy != null) {
            throw new Refusal("the field " + name + " is not to be changed", remedy);
        }
        return name;
    }
}
