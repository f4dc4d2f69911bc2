package io.portcullis.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One block of keys as one file, or several that were merged, wrote it.
 *
 * @param object its keys, substitutions made
 * @param raw the same block before substitution, which still knows the lines of what the environment gave
 * @param path the block's full path; empty at the root
 * @param where the block's first line
 * @param folder the folder of the file it stands in
 */
record Layer(ConfigObject object, @Nullable ConfigObject raw, String path, SourceLine where, Path folder) {

    @Nullable
    Setting setting(String key) {
        ConfigValue value = object.get(key);
        return value == null ? null : placed(value, rawValue(key), pathOf(key));
    }

    /** The block under {@code key}; what stands there must be a block. */
    Layer below(String key) {
        return below(setting(key), rawValue(key));
    }

    private static Layer below(@Nullable Setting block, @Nullable ConfigValue raw) {
        if (block == null || !(block.value() instanceof ConfigObject object)) {
            throw new IllegalArgumentException("block: none (expected: a block)");
        }
        return new Layer(
                object,
                raw instanceof ConfigObject rawObject ? rawObject : null,
                block.key(),
                block.where(),
                block.folder());
    }

    /** The {@code i}-th element of a list under {@code key}. */
    Setting element(String key, ConfigList list, int i) {
        return placed(list.get(i), rawElement(key, list, i), pathOf(key) + "[" + i + "]");
    }

    /** The block that is the {@code i}-th element of a list under {@code key}. */
    Layer elementBlock(String key, ConfigList list, int i) {
        return below(element(key, list, i), rawElement(key, list, i));
    }

    /** The block that stands under {@code key}, or is the {@code i}-th element of the list there. */
    Layer blockAt(String key, int i) {
        return object.get(key) instanceof ConfigList list ? elementBlock(key, list, i) : below(key);
    }

    String pathOf(String key) {
        String quoted = ConfigUtil.joinPath(key);
        return path.isEmpty() ? quoted : path + "." + quoted;
    }

    private Setting placed(ConfigValue value, @Nullable ConfigValue raw, String key) {
        ConfigOrigin origin = value.origin();
        if (origin.filename() == null && raw != null) {
            origin = raw.origin();
        }
        String file = origin.filename();
        if (file == null) {
            return new Setting(value, key, where, folder);
        }
        Path parent = Path.of(file).getParent();
        return new Setting(
                value,
                key,
                new SourceLine(file, Math.max(origin.lineNumber(), 0)),
                parent == null ? Path.of("") : parent);
    }

    private @Nullable ConfigValue rawValue(String key) {
        try {
            return raw == null ? null : raw.get(key);
        } catch (ConfigException.NotResolved e) {
            return null;
        }
    }

    private @Nullable ConfigValue rawElement(String key, ConfigList list, int i) {
        return rawValue(key) instanceof ConfigList rawList && rawList.size() == list.size() ? rawList.get(i) : null;
    }
}
