package io.portcullis.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values under names of the operator's choice.
 *
 * @param block their block
 * @param template whether it only stands for other blocks
 */
record NamedValues(Reading reading, Layer block, boolean template) {
    /** How one of them is read. */
    interface Reader<T> {
        T read(String name, Setting setting) throws Refusal;
    }

    /** By name, for each one value or a list; a refused value is noted and left out. */
    <T> Map<String, List<T>> read(Reader<T> reader) {
        Layers only = new Layers(List.of(block));
        Map<String, List<T>> read = new TreeMap<>();
        for (String name : block.object().keySet()) {
            List<T> values = new ArrayList<>();
            for (Setting setting : only.elements(name)) {
                reading.holds(template ? "" : setting.key(), setting, setting);
                T value = reading.attempt(setting, each -> reader.read(name, each));
                if (value != null) {
                    values.add(value);
                }
            }
            read.put(name, values);
        }
        return read;
    }
}
