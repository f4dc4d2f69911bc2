package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.portcullis.testkit.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys, defaults and configurations in the documents and in conf are those of reference.conf. */
class DocumentedKeysTest {
    /** A file, whose name looks like a key. */
    private static final String LOCK = "defaults.lock";

    private static final Pattern KEY = Pattern.compile("[a-z][a-z-]*(?:\\[])?(?:\\.(?:<name>|[a-z][a-z0-9-]*))*");
    private static final Pattern CERTIFICATE_FILE = Pattern.compile("(?:chain|key|ca|secret-file|file) = \"([^\"]+)\"");

    /** Where a block of {@code defaults} is written in an operator's file. */
    private static final Map<String, String> BLOCKS = Map.ofEntries(
            Map.entry("defaults.listener", "listeners.<name>"),
            Map.entry("defaults.tls", "tls.<name>"),
            Map.entry("defaults.policy", "tls.<name>.policy"),
            Map.entry("defaults.certificate", "tls.<name>.certificates"),
            Map.entry("defaults.host", "tls.<name>.hosts"),
            Map.entry("defaults.client-certificates", "tls.<name>.client-certificates"),
            Map.entry("defaults.upstream", "upstreams.<name>"),
            Map.entry("defaults.endpoint", "upstreams.<name>.endpoints"),
            Map.entry("defaults.share", "routes.split"),
            Map.entry("defaults.error-page", "error-pages"),
            Map.entry("defaults.route", "routes"));

    private static final Map<String, String> DEFAULTS = defaults();

    @TempDir
    Path temp;

    static List<Document> documents() {
        return Document.all();
    }

    static List<String> blocks() {
        return Document.all().stream()
                .flatMap(document -> document.fences("hocon").stream())
                .toList();
    }

    static List<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("conf"))) {
            return files.filter(file -> file.toString().endsWith(".conf"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aKeyThatIsNamedExists(Document document) {
        assertThat(DEFAULTS.keySet()).containsAll(keys(document));
    }

    @Test
    void documentsNameKeys() {
        assertThat(Document.all().stream()
                        .flatMap(document -> keys(document).stream())
                        .distinct())
                .hasSizeGreaterThan(30);
    }

    @Test
    void everyLimitAndTimeoutHasItsRowWithItsDefault() {
        Document table = Document.of("docs/operations.md").section("Limits and timeouts");
        List<String> limits = DEFAULTS.keySet().stream()
                .filter(key -> key.startsWith("limits.")
                        || key.startsWith("timeouts.")
                        || key.startsWith("drain.")
                        || key.matches("upstreams\\.<name>\\.(max-.*|.*-timeout)"))
                .toList();
        assertThat(limits).hasSizeGreaterThan(20).allSatisfy(key -> assertThat(
                        table.row("`" + key + "`").get(1).replace(",", ""))
                .isEqualTo(DEFAULTS.get(key)));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aConfigurationInTheDocumentsLoads(String block) throws IOException {
        assertThat(errors(completed(block))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void aConfigurationThatShipsLoadsOnceItsCertificatesAreThere(Path file) throws IOException {
        assertThat(errors(Files.readString(file))).isEmpty();
    }

    private List<Problem> errors(String text) throws IOException {
        Path folder = Files.createDirectories(temp.resolve("conf"));
        for (String name :
                CERTIFICATE_FILE.matcher(text).results().map(m -> m.group(1)).toList()) {
            Path file = folder.resolve(name).normalize();
            assertThat(file).startsWithRaw(temp);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, name.endsWith(".list") ? "127.0.0.1:8080\n" : "");
        }
        Path file = Files.writeString(folder.resolve("x.conf"), text);
        return new ConfigLoader(Map.of())
                .read(file).problems().stream().filter(Problem::isError).toList();
    }

    /** A block may show one part; the rest is what every configuration needs. */
    private static String completed(String block) {
        StringBuilder text = new StringBuilder(block);
        if (!block.contains("listeners")) {
            text.append("\nlisteners { http { bind = \"127.0.0.1:8000\" } }");
        }
        if (!block.contains("routes")) {
            text.append("\nroutes = [ { upstream = app } ]");
        }
        if (text.indexOf("upstream = app") >= 0 && !block.contains("upstreams.app")) {
            text.append("\nupstreams.app { endpoints = [\"127.0.0.1:8080\"] }");
        }
        return text.append('\n').toString();
    }

    private static Set<String> keys(Document document) {
        Set<String> roots = DEFAULTS.keySet().stream()
                .map(key -> key.replaceFirst("\\..*", ""))
                .collect(Collectors.toSet());
        Set<String> keys = new TreeSet<>();
        for (String span : document.spans()) {
            String key = span.replaceFirst(" = .*", "");
            String root = key.replaceFirst("[.\\[].*", "");
            if (KEY.matcher(key).matches()
                    && roots.contains(root)
                    && (key.contains(".") || key.endsWith("]"))
                    && !key.equals(LOCK)) {
                keys.add(key.replace("[]", ""));
            }
        }
        return keys;
    }

    /** Every key and block as an operator writes it, with its default as text. */
    private static Map<String, String> defaults() {
        Map<String, String> found = new TreeMap<>();
        collect("", ConfigLoader.reference().object(), found);
        return found;
    }

    private static void collect(String path, ConfigObject object, Map<String, String> found) {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            for (String written : written(key)) {
                found.put(written, String.valueOf(entry.getValue().unwrapped()));
            }
            if (entry.getValue() instanceof ConfigObject inner) {
                collect(key, inner, found);
            }
        }
    }

    private static List<String> written(String key) {
        List<String> names = new ArrayList<>(List.of(key));
        BLOCKS.forEach((block, place) -> {
            if (key.equals(block) || key.startsWith(block + ".")) {
                names.add(place + key.substring(block.length()));
            }
        });
        return names;
    }
}
