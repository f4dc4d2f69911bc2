package io.portcullis.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The main file and everything it includes, parsed; what cannot be read or parsed is noted. */
final class HoconFiles {
    private final Map<String, String> environment;
    private final Map<Path, HoconScanner> scanned = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    HoconFiles(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The whole file as one layer; null where it is missing or has a syntax error. */
    @Nullable
    Layer read(Path main) {
        SourceLine where = new SourceLine(main.toString(), 0);
        String trouble = FileState.trouble(main);
        if (trouble != null) {
            problems.add(Problem.error(where, "", trouble, "name a readable file with --config FILE"));
            return null;
        }
        try {
            Config raw = parse(main, List.of());
            Config resolved = raw.resolve(ConfigResolveOptions.noSystem()
                    .setAllowUnresolved(true)
                    .appendResolver(new Environment(environment)));
            scanned.forEach(this::duplicates);
            Path parent = main.getParent();
            return new Layer(
                    resolved.root(),
                    raw.root(),
                    "",
                    new SourceLine(main.toString(), 1),
                    parent == null ? Path.of("") : parent);
        } catch (ConfigException e) {
            problems.add(syntax(e, where));
            return null;
        }
    }

    /** Every file that was read, the main one first. */
    List<Path> files() {
        return List.copyOf(scanned.keySet());
    }

    List<Problem> problems() {
        return problems;
    }

    private Config parse(Path file, List<Path> chain) {
        try {
            scanned.put(file, HoconScanner.scan(Files.readString(file)));
        } catch (CharacterCodingException e) {
            scanned.put(file, HoconScanner.scan(""));
            problems.add(Problem.error(
                    new SourceLine(file.toString(), 0), "", "not a text in UTF-8", "save the file as UTF-8"));
        } catch (IOException e) {
            throw new ConfigException.IO(ConfigValueFactory.fromAnyRef("").origin(), file + ": " + e.getMessage(), e);
        }
        List<Path> below = new ArrayList<>(chain);
        below.add(file.toAbsolutePath().normalize());
        return ConfigFactory.parseFile(
                file.toFile(),
                ConfigParseOptions.defaults()
                        .setAllowMissing(false)
                        .setIncluder(new Includer((name, remote) -> include(file, below, name, remote))));
    }

    private ConfigObject include(Path from, List<Path> chain, String name, boolean remote) {
        Path file = from.resolveSibling(name);
        if (!Files.exists(file) && Files.exists(from.resolveSibling(name + ".conf"))) {
            file = from.resolveSibling(name + ".conf");
        }
        String trouble = remote
                ? "only files can be included"
                : chain.contains(file.toAbsolutePath().normalize())
                        ? "this file includes itself, over " + chain.size() + " step(s)"
                        : FileState.trouble(file);
        if (trouble == null) {
            return parse(file, chain).root();
        }
        int line = scanned.getOrDefault(from, HoconScanner.scan("")).includes().stream()
                .filter(i -> i.name().equals(name))
                .mapToInt(HoconScanner.Include::line)
                .findFirst()
                .orElse(0);
        String remedy = "the path counts from the folder of the file that includes; correct it or remove the include";
        problems.add(Problem.error(
                new SourceLine(from.toString(), line), "", "include \"" + name + "\": " + trouble, remedy));
        return ConfigFactory.empty().root();
    }

    private void duplicates(Path file, HoconScanner scan) {
        for (HoconScanner.Duplicate twice : scan.duplicates()) {
            problems.add(Problem.warning(
                    3,
                    new SourceLine(file.toString(), twice.line()),
                    twice.key(),
                    "written twice in this file: the value of line " + twice.firstLine() + " is not used",
                    "remove one of the two"));
        }
    }

    private static Problem syntax(ConfigException e, SourceLine main) {
        ConfigOrigin origin = e.origin();
        String message = String.valueOf(e.getMessage());
        SourceLine where = main;
        if (origin != null) {
            String prefix = origin.description() + ": ";
            message = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
            String file = origin.filename();
            where = new SourceLine(file == null ? main.file() : file, Math.max(origin.lineNumber(), 0));
        }
        // The parser's own hint, which tells to rename the file, would lead astray.
        int hint = message.indexOf(" (if you ");
        return Problem.error(
                where,
                "",
                hint < 0 ? message : message.substring(0, hint),
                "put texts with special characters in double quotes and close every brace and bracket");
    }

    /** What {@code ${NAME}} finds outside the file. */
    private record Environment(Map<String, String> variables) implements ConfigResolver {
        @Override
        public @Nullable ConfigValue lookup(String path) {
            String value = variables.get(path);
            return value == null ? null : ConfigValueFactory.fromAnyRef(value, "environment");
        }

        @Override
        public ConfigResolver withFallback(ConfigResolver fallback) {
            return this;
        }
    }
}
