package io.portcullis.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.List;

/**
 * One key as it holds: what {@code config show} prints.
 *
 * @param key the full path, for example {@code upstreams.app.max-idle}
 * @param value as it would be written; {@code null} for none
 * @param origin {@code default of} a version, or file and line, and by which way the value came from there
 */
public record Effective(String key, String value, String origin) {
    private static final String ENVIRONMENT = "environment";

    static Effective of(String path, Setting setting, boolean byDefault) {
        String value = setting.value().render(ConfigRenderOptions.concise());
        if (byDefault) {
            return new Effective(path, value, "default of " + Release.name());
        }
        boolean fromEnvironment = setting.value().origin().description().startsWith(ENVIRONMENT);
        String way = setting.key().equals(path) ? "" : ", " + setting.key();
        return new Effective(path, value, setting.where() + way + (fromEnvironment ? ", from the environment" : ""));
    }

    /** Whether it only holds keys of its own. */
    static boolean isContainer(ConfigValue value) {
        return value instanceof ConfigObject
                || value instanceof ConfigList list && !list.isEmpty() && list.getFirst() instanceof ConfigObject;
    }

    /** Whether this is {@code wanted}, or below it. */
    public boolean isWithin(String wanted) {
        return key.equals(wanted) || key.startsWith(wanted + ".") || key.startsWith(wanted + "[");
    }

    /** The key of {@code defaults} that it comes from; empty where it comes from none. */
    String template() {
        int at = origin.indexOf(", defaults.");
        return at < 0 ? "" : origin.substring(at + 2).replaceFirst(",.*", "");
    }

    /** Whether {@code wanted} is, or is above, the key of {@code defaults} that it comes from. */
    public boolean comesFrom(String wanted) {
        return new Effective(template(), "", "").isWithin(wanted);
    }

    /** What to say where none of {@code all} is within {@code wanted}. */
    public static String suggestion(List<Effective> all, String wanted) {
        return Spelling.nearest(wanted, all.stream().map(Effective::key).toList())
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("config show without a key prints all");
    }

    /** {@code key = value  # origin}. */
    @Override
    public String toString() {
        return key + " = " + value + "  # " + origin;
    }
}
