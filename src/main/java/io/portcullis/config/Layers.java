package io.portcullis.config;

import com.typesafe.config.ConfigList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind one block: the block as written, the operator's {@code defaults} for its kind, reference.conf.
 *
 * @param all the most specific first; the last is that of reference.conf
 */
record Layers(List<Layer> all) {
    Layers {
        all = List.copyOf(all);
    }

    /** Those the operator wrote. */
    List<Layer> written() {
        return all.subList(0, all.size() - 1);
    }

    Layer reference() {
        return all.getLast();
    }

    /** What the operator wrote, here or in {@code defaults}; a written null hides what lies below it. */
    @Nullable
    Setting written(String key) {
        for (Layer layer : written()) {
            Setting setting = layer.setting(key);
            if (setting != null) {
                return setting;
            }
        }
        return null;
    }

    /** What the operator wrote in this very block. */
    @Nullable
    Setting writtenHere(String key) {
        return all.size() > 1 ? all.getFirst().setting(key) : null;
    }

    /** The layer {@code key} is taken from. */
    Layer owner(String key) {
        return all.stream()
                .filter(layer -> layer.setting(key) != null)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(key + ": nowhere (expected: listed in reference.conf)"));
    }

    /** The elements of a list, or the one value that stands in its place. */
    List<Setting> elements(String key) {
        Layer owner = owner(key);
        Setting setting = owner.setting(key);
        if (setting == null || setting.isNull()) {
            return List.of();
        }
        if (setting.isUnresolved() || !(setting.value() instanceof ConfigList list)) {
            return List.of(setting);
        }
        List<Setting> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            elements.add(owner.element(key, list, i));
        }
        return elements;
    }
}
