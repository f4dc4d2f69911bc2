package io.portcullis.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code defaults.lock}: the defaults of the version that a configuration was written for, one {@code key = value} in each line. What an
 * upgrade changes of them shows as a difference. Keys are those of reference.conf, so each line can be written into a configuration as it
 * stands.
 *
 * @param file the file; it need not exist
 * @param version which version's defaults they are; empty where the file does not say
 * @param lines where each key stands, from 1
 */
public record DefaultsLock(Path file, String version, Map<String, String> values, Map<String, Integer> lines) {
    private static final String NAME = "defaults.lock";
    private static final String VERSION = "# Defaults of Portcullis ";
    private static final String SEPARATOR = " = ";
    private static final int MOST_NAMED = 5;

    /** The lock beside a configuration. */
    public static Path beside(Path configuration) {
        return configuration.resolveSibling(NAME);
    }

    /** The defaults of this version, to be written to {@code file}. */
    public static DefaultsLock ofNow(Path file) {
        Map<String, String> values = new TreeMap<>();
        leaves("", ConfigLoader.reference().object(), values);
        return new DefaultsLock(file, Release.name(), values, Map.of());
    }

    private static void leaves(String path, ConfigObject block, Map<String, String> values) {
        for (Map.Entry<String, ConfigValue> entry : block.entrySet()) {
            String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            if (entry.getValue() instanceof ConfigObject inner) {
                leaves(key, inner, values);
            } else {
                values.put(key, entry.getValue().render(ConfigRenderOptions.concise()));
            }
        }
    }

    /**
     * Reads {@code file}; null where there is none.
     *
     * @throws IOException where it cannot be read
     */
    public static @Nullable DefaultsLock read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        String version = "";
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, Integer> places = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            int at = line.indexOf(SEPARATOR);
            if (line.startsWith(VERSION)) {
                version = line.substring(VERSION.length()).replaceFirst("[,.]?\\s.*", "");
            } else if (!line.startsWith("#") && at > 0) {
                values.put(line.substring(0, at), line.substring(at + SEPARATOR.length()));
                places.put(line.substring(0, at), i + 1);
            }
        }
        return new DefaultsLock(file, version, values, places);
    }

    /** Whether {@code problem} is one of a lock. */
    public static boolean tells(Problem problem) {
        return Path.of(problem.where().file()).endsWith(NAME);
    }

    /** As a file's text. */
    public String text() {
        StringBuilder text = new StringBuilder(VERSION)
                .append(version)
                .append(", as portcullis config lock wrote them. check and the start\n")
                .append(
                        "# tell which of them are others in the version that reads this, where the configuration relies on them.\n");
        values.forEach(
                (key, value) -> text.append(key).append(SEPARATOR).append(value).append('\n'));
        return text.toString();
    }

    /** What is otherwise in {@code later}, as lines that begin with {@code -} and {@code +}. */
    public List<String> difference(DefaultsLock later) {
        List<String> lines = new ArrayList<>();
        Map<String, String> all = new TreeMap<>(values);
        all.putAll(later.values);
        for (String key : all.keySet()) {
            String before = values.get(key);
            String after = later.values.get(key);
            if (before != null && !before.equals(after)) {
                lines.add("- " + key + SEPARATOR + before);
            }
            if (after != null && !after.equals(before)) {
                lines.add("+ " + key + SEPARATOR + after);
            }
        }
        return lines;
    }

    /**
     * What is otherwise now, where a configuration relies on it.
     *
     * @param reliedOn keys of reference.conf whose defaults hold
     */
    List<Problem> changes(Set<String> reliedOn) {
        DefaultsLock now = ofNow(file);
        List<Problem> problems = new ArrayList<>();
        List<String> fresh = new ArrayList<>();
        for (String key : reliedOn) {
            String before = values.get(key);
            String after = now.values.get(key);
            if (after != null && before == null) {
                fresh.add(key + SEPARATOR + after);
            } else if (after != null && !after.equals(before)) {
                problems.add(Problem.warning(
                        3,
                        at(key),
                        key,
                        "nothing sets it, and its default is " + after + " in " + now.version + ", where it was "
                                + before + " in " + version,
                        "write " + key + SEPARATOR + before
                                + " to keep what was, or take it with portcullis config lock"));
            }
        }
        if (!fresh.isEmpty()) {
            String rest = fresh.size() > MOST_NAMED ? " and " + (fresh.size() - MOST_NAMED) + " more" : "";
            problems.add(Problem.warning(
                    1,
                    at(""),
                    "",
                    "new since " + version + ", with a default that holds: "
                            + String.join(", ", fresh.subList(0, Math.min(MOST_NAMED, fresh.size()))) + rest,
                    "portcullis config lock takes them"));
        }
        return problems;
    }

    private SourceLine at(String key) {
        return new SourceLine(file.toString(), lines.getOrDefault(key, 1));
    }
}
