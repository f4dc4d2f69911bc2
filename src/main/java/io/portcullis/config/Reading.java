package io.portcullis.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One load under way: the problems so far, the keys that were asked for, and where each written key stands. */
final class Reading {
    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([^?}][^}]*)}");

    private final Layer written;
    private final Layer reference;
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Set<String> keysRead = new TreeSet<>();
    private final Set<String> reliedOn = new TreeSet<>();
    private final Map<String, SourceLine> lines = new HashMap<>();
    private final Map<String, Effective> effective = new LinkedHashMap<>();

    Reading(Layer written, Layer reference) {
        this.written = written;
        this.reference = reference;
    }

    Node root() {
        return new Node(this, new Place("", "", written.where()), new Layers(List.of(written, reference)), false);
    }

    /** The reference's own layer for a block whose defaults stand under {@code defaultsKey}. */
    private Layer reference(String defaultsKey) {
        Layer found = descend(reference, defaultsKey);
        if (found == null) {
            throw new IllegalStateException(defaultsKey + ": missing (expected: a block in reference.conf)");
        }
        return found;
    }

    /** What stands behind {@code own}, a block whose defaults stand under {@code defaultsKey}. */
    Layers layers(Layer own, String defaultsKey) {
        Layer defaults = descend(written, defaultsKey);
        Layer reference = reference(defaultsKey);
        return new Layers(defaults == null ? List.of(own, reference) : List.of(own, defaults, reference));
    }

    /**
     * A key was asked for.
     *
     * @param schema its path in reference.conf
     * @param path its full path; empty where it stands for other blocks only
     * @param found what the operator wrote; null where nothing
     */
    void asked(String schema, String path, @Nullable Setting found, Setting byDefault) {
        keysRead.add(schema);
        if (!path.isEmpty() && (found == null || found.isNull())) {
            reliedOn.add(schema);
        }
        holds(path, found, byDefault);
    }

    /** The same of a key that reference.conf does not have. */
    void holds(String path, @Nullable Setting found, Setting byDefault) {
        if (found != null) {
            line(found);
        }
        boolean isDefault = found == null || found.isNull();
        Setting taken = found == null || found.isNull() ? byDefault : found;
        if (!path.isEmpty() && !taken.isUnresolved() && !Effective.isContainer(taken.value())) {
            effective.putIfAbsent(path, Effective.of(path, taken, isDefault));
        }
    }

    /** Every key with a value, in the order in which they were asked for. */
    List<Effective> effective() {
        return List.copyOf(effective.values());
    }

    void line(Setting setting) {
        lines.putIfAbsent(setting.key(), setting.where());
    }

    /** Where {@code key} was written, or else {@code fallback}. */
    SourceLine lineOf(String key, SourceLine fallback) {
        return lines.getOrDefault(key, fallback);
    }

    boolean isWritten(String key) {
        return lines.containsKey(key);
    }

    /** Reads a value; where it is refused the problem is noted and null returned. */
    <T> @Nullable T attempt(Setting setting, ValueReader<T> reader) {
        if (setting.isUnresolved()) {
            unresolved(setting);
            return null;
        }
        try {
            return reader.read(setting);
        } catch (Refusal refusal) {
            add(Problem.error(setting.where(), setting.key(), refusal.sentence(), refusal.remedy()));
            return null;
        }
    }

    void unresolved(Setting setting) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = SUBSTITUTION.matcher(setting.value().render());
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        String name = names.isEmpty() ? "…" : names.iterator().next();
        String all = "${" + String.join("}, ${", names) + "}";
        add(Problem.error(
                setting.where(),
                setting.key(),
                all + " has no value",
                "set the environment variable " + name + ", or write ${?" + name + "} where it may be missing"));
    }

    void add(Problem problem) {
        problems.add(problem);
    }

    Set<Problem> problems() {
        return problems;
    }

    /** Notes every written key of a block that is not among those {@code asked} for. */
    void unknown(Layers layers, Set<String> asked) {
        Set<String> known = new TreeSet<>(layers.reference().object().keySet());
        for (Layer layer : layers.written()) {
            for (String key : layer.object().keySet()) {
                Setting setting = layer.setting(key);
                if (!asked.contains(key) && setting != null) {
                    add(Problem.error(setting.where(), setting.key(), "unknown key", Spelling.suggestion(key, known)));
                }
            }
        }
    }

    /** Every key whose default holds somewhere, by its path in reference.conf. */
    Set<String> reliedOn() {
        return reliedOn;
    }

    /** Every key that was asked for, by its path in reference.conf. */
    Set<String> keysRead() {
        return keysRead;
    }

    private static @Nullable Layer descend(Layer from, String dottedKey) {
        Layer layer = from;
        for (String key : List.of(dottedKey.split("\\.", -1))) {
            Setting setting = layer.setting(key);
            if (setting == null || !setting.isBlock()) {
                return null;
            }
            layer = layer.below(key);
        }
        return layer;
    }
}
