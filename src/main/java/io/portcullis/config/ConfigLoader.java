package io.portcullis.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a configuration: the file, what it includes, the environment and reference.conf become records, or a list of all
 * mistakes. Opens nothing but the files it reads. Any thread; blocks on the file system.
 */
public final class ConfigLoader {
    private static final String REFERENCE = "reference.conf";

    private final Map<String, String> environment;

    /** @param environment what {@code ${NAME}} finds where the file itself has no such key */
    public ConfigLoader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** Reads {@code file} with this process's environment. */
    public static Loading load(Path file) {
        return new ConfigLoader(System.getenv()).read(file);
    }

    /** Reads {@code file}; never throws for what the operator wrote. */
    public Loading read(Path file) {
        HoconFiles hocon = new HoconFiles(environment);
        Layer written = hocon.read(file);
        List<Problem> problems = new ArrayList<>(hocon.problems());
        PortcullisConfig config = null;
        if (written != null) {
            Reading reading = new Reading(written, reference());
            config = read(file, hocon.files(), reading);
            problems.addAll(reading.problems());
            problems.addAll(otherDefaults(DefaultsLock.beside(file), reading));
        }
        problems.sort(order(hocon.files()));
        boolean refused = problems.stream().anyMatch(Problem::isError);
        return new Loading(refused ? null : config, List.copyOf(problems));
    }

    private static List<Problem> otherDefaults(Path lock, Reading reading) {
        try {
            DefaultsLock before = DefaultsLock.read(lock);
            return before == null ? List.of() : before.changes(reading.reliedOn());
        } catch (IOException e) {
            return List.of(Problem.warning(
                    2,
                    new SourceLine(lock.toString(), 0),
                    "",
                    "cannot be read, so that nobody tells which defaults an upgrade changed: " + e.getMessage(),
                    "make it readable, or remove it"));
        }
    }

    /** Every key {@code file} makes the readers ask for, by its path in reference.conf. */
    static Set<String> keysRead(Path file) {
        HoconFiles hocon = new HoconFiles(Map.of());
        Layer written = hocon.read(file);
        if (written == null) {
            throw new IllegalArgumentException(file + ": " + hocon.problems() + " (expected: a file that parses)");
        }
        Reading reading = new Reading(written, reference());
        read(file, hocon.files(), reading);
        return reading.keysRead();
    }

    private static PortcullisConfig read(Path file, List<Path> files, Reading reading) {
        PortcullisConfig config = new ConfigReader(file, files, reading).read();
        new ConfigRules(config, reading).check();
        return config;
    }

    static Layer reference() {
        try (InputStream stream = ConfigLoader.class.getResourceAsStream("/" + REFERENCE)) {
            if (stream == null) {
                throw new IllegalStateException(REFERENCE + ": not found (expected: on the class path)");
            }
            ConfigObject root = ConfigFactory.parseReader(
                            new InputStreamReader(stream, StandardCharsets.UTF_8),
                            ConfigParseOptions.defaults().setOriginDescription(REFERENCE))
                    .root();
            return new Layer(root, null, "", new SourceLine(REFERENCE, 0), Path.of(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Comparator<Problem> order(List<Path> files) {
        List<String> names = files.stream().map(Path::toString).toList();
        return Comparator.comparingInt((Problem p) -> names.indexOf(p.where().file()))
                .thenComparingInt(p -> p.where().line());
    }
}
