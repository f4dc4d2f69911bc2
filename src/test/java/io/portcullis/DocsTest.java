package io.portcullis;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Document;
import io.portcullis.tls.ClientFamily;
import io.portcullis.tls.TlsFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Documents say what the code does: reasons, exit codes, commands, files. */
class DocsTest {
    private static final Document OPERATIONS = Document.of("docs/operations.md");
    private static final CommandLine COMMAND = new CommandLine(new Main());

    private static final Pattern RUN_JAR =
            Pattern.compile("(?m)(?:java -jar \\S*portcullis\\.jar|^portcullis) ([a-z][a-z-]*)(.*)$");
    private static final Pattern MAVEN = Pattern.compile("(?m)^mvn (.*)$");
    private static final Set<String> PHASES = Set.of("compile", "test", "package", "verify");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");
    private static final Pattern OUR_FILE = Pattern.compile("(?:conf|docs|src|\\.ci)(?:/[\\w.-]+)+");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    static List<Document> documents() {
        return Document.all();
    }

    @ParameterizedTest
    @EnumSource
    void everyTlsFailureReasonHasItsRow(TlsFailure failure) {
        List<String> row = OPERATIONS.section("TLS failure reasons").row("`" + failure.reason() + "`");
        assertThat(row).hasSize(3).allSatisfy(cell -> assertThat(cell).isNotBlank());
    }

    @ParameterizedTest
    @EnumSource
    void everyClientFamilyHasItsRow(ClientFamily family) {
        assertThat(OPERATIONS.section("Kinds of client").text())
                .containsPattern("(?m)^\\| .*`" + family.label() + "`.* \\|");
    }

    @Test
    void everyExitCodeHasItsRow() {
        Document section = OPERATIONS.section("Commands and exit codes");
        Set<String> codes =
                COMMAND.getCommandSpec().usageMessage().exitCodeList().keySet();
        assertThat(codes).isNotEmpty().allSatisfy(code -> assertThat(section.row(code.strip()))
                .hasSize(3));
        for (CommandLine sub : COMMAND.getSubcommands().values()) {
            assertThat(codes)
                    .containsAll(
                            sub.getCommandSpec().usageMessage().exitCodeList().keySet());
        }
    }

    @Test
    void everyCommandHasItsRowWithItsOptions() {
        String section = OPERATIONS.section("Commands and exit codes").text();
        leaves("", COMMAND).forEach((name, sub) -> {
            StringBuilder usage = new StringBuilder(name);
            sub.getCommandSpec()
                    .positionalParameters()
                    .forEach(parameter -> usage.append(
                            parameter.required() ? " " + parameter.paramLabel() : " [" + parameter.paramLabel() + "]"));
            sub.getCommandSpec().options().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp())
                    .forEach(option -> usage.append(" [")
                            .append(option.longestName())
                            .append(option.arity().max() == 0 ? "" : " " + option.paramLabel())
                            .append(']'));
            assertThat(section).contains("| `" + usage + "` |");
        });
    }

    /** The commands that do something, by the words that call them. */
    private static Map<String, CommandLine> leaves(String words, CommandLine command) {
        Map<String, CommandLine> leaves = new LinkedHashMap<>();
        command.getSubcommands().forEach((name, sub) -> {
            String all = words.isEmpty() ? name : words + " " + name;
            if (sub.getCommand() instanceof Callable) {
                leaves.put(all, sub);
            }
            leaves.putAll(leaves(all, sub));
        });
        return leaves;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void commandsAreCommandsOfOurs(Document document) {
        for (MatchResult match : matches(RUN_JAR, commands(document))) {
            assertThat(COMMAND.getSubcommands()).as(match.group()).containsKey(match.group(1));
            CommandLine sub = Objects.requireNonNull(COMMAND.getSubcommands().get(match.group(1)));
            List<String> words = List.of(match.group(2).strip().split("\\s+", -1));
            CommandLine leaf = Objects.requireNonNullElse(sub.getSubcommands().get(words.getFirst()), sub);
            words.stream().filter(word -> word.startsWith("--")).forEach(word -> assertThat(
                            leaf.getCommandSpec().findOption(word))
                    .as(match.group())
                    .isNotNull());
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void mavenKnowsWhatItIsAskedFor(Document document) throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        for (MatchResult match : matches(MAVEN, commands(document))) {
            Stream.of(match.group(1).split("\\s+", -1))
                    .filter(word -> !word.startsWith("-") && !PHASES.contains(word))
                    .forEach(word -> assertThat(pom)
                            .as(word)
                            .contains("<artifactId>" + word.replaceFirst(":.*", "") + "-maven-plugin</artifactId>"));
        }
    }

    @Test
    void theReadmeHasTheTwoCommands() {
        assertThat(Document.of("README.md").fences("sh")).contains("mvn -q compile exec:exec\n", "mvn verify\n");
    }

    @Test
    void theReadmeShowsTheWholeQuickstart() throws IOException {
        assertThat(Document.of("README.md").fences("hocon"))
                .contains(Files.readString(Path.of("conf/quickstart.conf")));
    }

    @Test
    void theReadmeNamesEveryExample() throws IOException {
        String readme = Document.of("README.md").text();
        try (Stream<Path> examples = Files.list(Path.of("conf/examples"))) {
            assertThat(examples.filter(file -> file.toString().endsWith(".conf")))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(readme).contains("](" + file + ")"));
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void filesAndLinksLeadSomewhere(Document document) {
        for (MatchResult match : matches(OUR_FILE, String.join("\n", document.spans()))) {
            assertThat(Path.of(match.group())).exists();
        }
        for (MatchResult match : matches(LINK, document.text())) {
            Path target = match.group(1).isEmpty()
                    ? document.file()
                    : Path.of(match.group(1)).isAbsolute()
                            ? Path.of(match.group(1))
                            : Path.of("").resolve(document.file().resolveSibling(match.group(1)));
            assertThat(target).exists();
            if (match.group(2) != null) {
                assertThat(anchors(Document.of(target.toString()))).contains(match.group(2));
            }
        }
    }

    /** The two parts of the unit and the image that must fit what the configuration says. */
    @Test
    void whoeverStopsUsWaitsLongerThanWeDrain() throws IOException {
        String unit = Files.readString(Path.of("conf/portcullis.service"));
        MatchResult stop =
                matches(Pattern.compile("(?m)^TimeoutStopSec=(\\d+)$"), unit).getFirst();
        MatchResult drain = matches(
                        Pattern.compile("(?s)\ndrain \\{.*?timeout = (\\d+) s"),
                        Files.readString(Path.of("src/main/resources/reference.conf")))
                .getFirst();
        assertThat(Integer.parseInt(stop.group(1))).isGreaterThan(Integer.parseInt(drain.group(1)));
    }

    /** What the image copies is what {@code .dockerignore} lets it have; else the build ends there. */
    @Test
    void whatTheImageCopiesIsSentToItsBuilder() throws IOException {
        List<String> sent = Files.readAllLines(Path.of(".dockerignore"));
        List<MatchResult> copies =
                matches(Pattern.compile("(?m)^COPY (?!--from)(\\S+) "), Files.readString(Path.of("Dockerfile")));
        assertThat(copies).hasSizeGreaterThan(3).allSatisfy(copy -> {
            assertThat(Path.of(copy.group(1))).exists();
            assertThat(sent).contains("!" + copy.group(1));
        });
    }

    private static String commands(Document document) {
        Stream<String> typed = document.fences("console").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("$ "))
                .map(line -> line.substring(2));
        return String.join(
                "\n",
                Stream.concat(Stream.concat(document.fences("sh").stream(), typed), document.spans().stream())
                        .toList());
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static List<String> anchors(Document document) {
        return matches(HEADING, document.text()).stream()
                .map(match -> match.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
