package io.portcullis.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A block of keys under the cursor of a reader: it knows its path and line, reads typed values, notes every problem, and
 * remembers which keys were asked for, so that a key nobody asked for is an unknown key.
 *
 * <p>A key is looked up in layers: the block itself, the operator's {@code defaults} for its kind, reference.conf. A value that
 * is refused is noted and the reference's takes its place, so that reading goes on and finds the next mistake.
 */
final class Node {
    private final Reading reading;
    private final Place place;
    private final Layers layers;
    private final boolean template;
    private final Set<String> asked = new TreeSet<>();

    Node(Reading reading, Place place, Layers layers, boolean template) {
        this.reading = reading;
        this.place = place;
        this.layers = layers;
        this.template = template;
    }

    String path() {
        return place.path();
    }

    SourceLine where() {
        return place.where();
    }

    /** Whether it is a block of {@code defaults}, which need not be complete. */
    boolean isTemplate() {
        return template;
    }

    /** The same block, as one that need not be complete. */
    Node asTemplate() {
        return new Node(reading, place, layers, true);
    }

    /** Whether the operator wrote {@code key}, here or in {@code defaults}. */
    boolean isWritten(String key) {
        return written(key) != null;
    }

    /** Whether {@code key} stands in this very block. */
    boolean isWrittenHere(String key) {
        asked.add(key);
        Setting setting = layers.writtenHere(key);
        return setting != null && !setting.isNull();
    }

    /** Whether what the operator wrote under {@code key} is a block. */
    boolean isBlock(String key) {
        Setting setting = written(key);
        return setting != null && setting.isBlock();
    }

    /** A value that has a default in reference.conf. */
    <T> T value(String key, ValueReader<T> reader) {
        Setting setting = ask(key);
        T value = setting == null ? null : reading.attempt(setting, reader);
        return value != null ? value : byDefault(key, reader);
    }

    /** A value that may be missing. */
    <T> @Nullable T optional(String key, ValueReader<T> reader) {
        Setting setting = ask(key);
        return setting == null || setting.isNull() ? null : reading.attempt(setting, reader);
    }

    /** A value that must be written; null where it is missing or refused, which is then a noted problem. */
    <T> @Nullable T required(String key, String expected, String example, ValueReader<T> reader) {
        T value = optional(key, reader);
        if (!isWritten(key)) {
            missing(key, expected, example);
        }
        return value;
    }

    /** One value, or a list of them; a refused element is noted and left out. */
    <T> List<T> each(String key, ValueReader<T> reader) {
        return mixed(key, "", reader, null);
    }

    /** Like {@link #each}, but something must be written. */
    <T> List<T> requiredEach(String key, String expected, String example, ValueReader<T> reader) {
        List<T> values = each(key, reader);
        if (!isWritten(key) || isEmptyList(key)) {
            missing(key, expected, example);
        }
        return values;
    }

    /** Whether the operator wrote {@code []} under {@code key}. */
    boolean isEmptyList(String key) {
        Setting setting = written(key);
        return setting != null && setting.isEmptyList();
    }

    /** A block that is always there: its keys have defaults. */
    Node block(String key) {
        asked.add(key);
        List<Layer> below = new ArrayList<>();
        for (Layer layer : layers.all()) {
            Setting setting = layer.setting(key);
            if (setting != null && isBlock(setting, "a block { … }")) {
                below.add(layer.below(key));
            }
        }
        SourceLine line = below.size() > 1 ? below.getFirst().where() : where();
        return new Node(reading, place.below(key, line), new Layers(below), template);
    }

    /** A block that is there only where the operator wrote it, and wrote more than {@code off}. */
    @Nullable
    Node optionalBlock(String key) {
        Setting setting = written(key);
        if (setting == null || setting.isOff() || !isBlock(setting, "a block { … } or off")) {
            return null;
        }
        return block(key);
    }

    /** The block under {@code key}, where {@link #isBlock} says there is one; its own defaults stand under {@code defaultsKey}. */
    Node blockOf(String key, String defaultsKey) {
        return over(layers.owner(key).below(key), defaultsKey);
    }

    /** Values under names of the operator's choice; null where there is no block of them. */
    @Nullable
    NamedValues named(String key) {
        Setting setting = ask(key);
        return setting == null || setting.isNull() || !isBlock(setting, "a block " + key + " { Name = value }")
                ? null
                : new NamedValues(reading, layers.owner(key).below(key), template);
    }

    /** Named blocks of one kind, by name. */
    Map<String, Node> blocks(String key, String defaultsKey) {
        Setting setting = ask(key);
        Map<String, Node> blocks = new TreeMap<>();
        if (setting == null || !isBlock(setting, "a block of named blocks: " + key + " { name { … } }")) {
            return blocks;
        }
        Layer owner = layers.owner(key).below(key);
        for (String name : ((ConfigObject) setting.value()).keySet()) {
            Setting block = owner.setting(name);
            if (block != null && isBlock(block, "a block { … }")) {
                reading.line(block);
                blocks.put(name, over(owner.below(name), defaultsKey));
            }
        }
        return blocks;
    }

    /** The blocks of a list, in order; an element that is none is noted and left out, so each carries its own path. */
    List<Node> blockList(String key, String defaultsKey) {
        Setting setting = ask(key);
        List<Node> nodes = new ArrayList<>();
        if (setting == null || setting.isNull()) {
            return nodes;
        }
        if (!(setting.value() instanceof ConfigList list)) {
            refuse(setting, "expected a list of blocks", "write " + key + " = [ { … } ]");
            return nodes;
        }
        Layer owner = layers.owner(key);
        for (int i = 0; i < list.size(); i++) {
            Setting element = owner.element(key, list, i);
            reading.line(element);
            if (isBlock(element, "a block { … }")) {
                nodes.add(over(owner.elementBlock(key, list, i), defaultsKey));
            }
        }
        return nodes;
    }

    /** The same, where an element may be a block too, unless {@code block} is null. */
    <T> List<T> mixed(String key, String defaultsKey, ValueReader<T> single, @Nullable Function<Node, T> block) {
        ask(key);
        Layer owner = layers.owner(key);
        List<Setting> elements = layers.elements(key);
        List<T> values = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            Setting element = elements.get(i);
            reading.line(element);
            T value = block != null && element.isBlock()
                    ? block.apply(over(owner.blockAt(key, i), defaultsKey))
                    : reading.attempt(element, single);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /** Notes a mistake at {@code key}; at the block itself where that is empty. */
    void error(String key, String message, String remedy) {
        reading.add(Problem.error(lineOf(key), pathOf(key), message, remedy));
    }

    /** Notes a risk at {@code key}, 1 to 5. */
    void warn(int risk, String key, String message, String remedy) {
        reading.add(Problem.warning(risk, lineOf(key), pathOf(key), message, remedy));
    }

    /** Notes a risk at one element of a list, 1 to 5. */
    void warn(int risk, Setting at, String message, String remedy) {
        reading.add(Problem.warning(risk, at.where(), at.key(), message, remedy));
    }

    /** To be called when all is read: notes every key that nobody asked for. */
    void finish() {
        reading.unknown(layers, asked);
    }

    /** Notes that {@code key} is not there, where the block must be complete. */
    void missing(String key, String expected, String example) {
        if (!template) {
            reading.add(Problem.error(where(), pathOf(key), "missing: expected " + expected, "write " + example));
        }
    }

    SourceLine lineOf(String key) {
        Setting setting = key.isEmpty() ? null : written(key);
        return setting == null ? where() : setting.where();
    }

    private String pathOf(String key) {
        if (key.isEmpty()) {
            return path();
        }
        Setting setting = written(key);
        return setting == null ? place.below(key, where()).path() : setting.key();
    }

    private Node over(Layer own, String defaultsKey) {
        return new Node(
                reading, new Place(own.path(), defaultsKey, own.where()), reading.layers(own, defaultsKey), template);
    }

    private boolean isBlock(Setting setting, String expected) {
        if (setting.isUnresolved()) {
            reading.unresolved(setting);
        } else if (!setting.isBlock()) {
            refuse(setting, "expected " + expected, "write " + expected);
        }
        return setting.isBlock();
    }

    private void refuse(Setting setting, String message, String remedy) {
        reading.add(Problem.error(setting.where(), setting.key(), message, remedy));
    }

    /** What the operator wrote, null too; the key must stand in reference.conf. */
    private @Nullable Setting ask(String key) {
        asked.add(key);
        Setting reference = byReference(key);
        Setting setting = layers.written(key);
        reading.asked(
                place.schemaOf(key), template ? "" : place.below(key, where()).path(), setting, reference);
        return setting;
    }

    private @Nullable Setting written(String key) {
        asked.add(key);
        Setting setting = layers.written(key);
        return setting == null || setting.isNull() ? null : setting;
    }

    private Setting byReference(String key) {
        Setting setting = layers.reference().setting(key);
        if (setting == null) {
            throw new IllegalStateException(place.schemaOf(key) + ": missing (expected: listed in reference.conf)");
        }
        return setting;
    }

    private <T> T byDefault(String key, ValueReader<T> reader) {
        try {
            return reader.read(byReference(key));
        } catch (Refusal refusal) {
            throw new IllegalStateException(place.schemaOf(key) + " in reference.conf: " + refusal.sentence(), refusal);
        }
    }
}
