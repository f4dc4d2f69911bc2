package io.portcullis.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;

/**
 * One value as it was written.
 *
 * @param key the full path of its key
 * @param where its line; that of the substitution where the environment gave it
 * @param folder the folder of the file it was written in, against which relative paths count
 */
record Setting(ConfigValue value, String key, SourceLine where, Path folder) {

    /** The text of a scalar, as written. */
    String text() throws Refusal {
        return switch (value.valueType()) {
            case STRING -> (String) value.unwrapped();
            case NUMBER, BOOLEAN -> value.render();
            case NULL -> throw new Refusal("expected a value, found null", "remove the line to get the default");
            case LIST -> throw new Refusal("expected one value, found a list [ … ]", "write one value");
            case OBJECT -> throw new Refusal("expected one value, found a block { … }", "write one value");
        };
    }

    boolean isNull() {
        return !isUnresolved() && value.valueType() == ConfigValueType.NULL;
    }

    boolean isBlock() {
        return !isUnresolved() && value instanceof ConfigObject;
    }

    boolean isEmptyList() {
        return !isUnresolved() && value instanceof ConfigList list && list.isEmpty();
    }

    boolean isOff() {
        return !isUnresolved() && "off".equals(value.unwrapped());
    }

    /** Whether a {@code ${…}} in it has no value. */
    boolean isUnresolved() {
        try {
            // An object that waits for a substitution knows its type, but not its keys.
            return value.valueType() == ConfigValueType.OBJECT && ((ConfigObject) value).size() < 0;
        } catch (ConfigException.NotResolved e) {
            return true;
        }
    }
}
