package io.portcullis;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Holds docs/correctness.md against the tests: a method whose name begins with a rule's ID ({@code f01Rejects…}) is a test of that
 * rule. A section's heading says which rules it has ({@code (F01–F29)}, {@code (L01, L07–L08)}), and each of them must have its row.
 */
class CorrectnessListTest {
    private static final Path LIST = Path.of("docs/correctness.md");
    private static final Pattern HEADING = Pattern.compile("## [^(]+\\((.+)\\)");
    private static final Pattern RANGE = Pattern.compile("([A-Z])(\\d\\d)(?:–\\1(\\d\\d))?");
    private static final Pattern ROW = Pattern.compile("\\| ([A-Z]\\d\\d) [^|]+ \\| ([^|]+) \\| ([^|]*) ?\\|");
    private static final Pattern STATE = Pattern.compile("kept|(kept|differs|not applicable|not yet) \\(.+\\)");
    private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+)`");
    private static final Pattern METHOD = Pattern.compile("([a-z]\\d\\d)[A-Z].*");

    /** @param tests simple names of the classes that test it */
    private record Rule(String id, String state, Set<String> tests) {}

    private final List<String> lines = lines();
    private final Map<String, Rule> rules = rules();

    @Test
    void everyRuleOfASectionHasItsRow() {
        List<String> announced = new ArrayList<>();
        for (String line : lines) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                RANGE.matcher(heading.group(1)).results().forEach(range -> announced.addAll(ids(range)));
            }
        }
        assertThat(announced).isNotEmpty().doesNotHaveDuplicates();
        assertThat(rules.keySet()).containsExactlyInAnyOrderElementsOf(announced);
    }

    private static List<String> ids(MatchResult range) {
        int first = Integer.parseInt(range.group(2));
        int last = range.group(3) == null ? first : Integer.parseInt(range.group(3));
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> String.format(Locale.ROOT, "%s%02d", range.group(1), number))
                .toList();
    }

    @Test
    void everyTableLineIsARule() {
        assertThat(lines.stream().filter(line -> line.matches("\\| [A-Z]\\d.*")))
                .allSatisfy(line -> assertThat(line).matches(ROW));
        assertThat(lines.stream().filter(line -> ROW.matcher(line).matches())).hasSize(rules.size());
    }

    @Test
    void everyRuleSaysWhatBecameOfIt() {
        assertThat(rules.values())
                .allSatisfy(rule -> assertThat(rule.state()).as(rule.id()).matches(STATE));
    }

    @Test
    void everyKeptRuleHasATest() {
        assertThat(rules.values())
                .filteredOn(rule -> rule.state().startsWith("kept"))
                .allSatisfy(rule -> assertThat(rule.tests()).as(rule.id()).isNotEmpty());
    }

    @Test
    void theListNamesTheTestsThatThereAre() {
        Map<String, Set<String>> listed = new TreeMap<>();
        rules.values().stream()
                .filter(rule -> !rule.tests().isEmpty())
                .forEach(rule -> listed.put(rule.id(), rule.tests()));
        assertThat(listed).isEqualTo(written());
    }

    /** For each rule, the classes with a test method that begins with its ID. */
    private static Map<String, Set<String>> written() {
        Map<String, Set<String>> classes = new TreeMap<>();
        new ClassFileImporter()
                .importPackages(HousePlan.HOUSE).stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(CorrectnessListTest::isTest)
                        .forEach(method -> {
                            Matcher name = METHOD.matcher(method.getName());
                            if (name.matches()) {
                                String id = name.group(1).toUpperCase(Locale.ROOT);
                                classes.computeIfAbsent(id, key -> new TreeSet<>())
                                        .add(method.getOwner().getSimpleName());
                            }
                        });
        return classes;
    }

    private static boolean isTest(JavaMethod method) {
        return method.isAnnotatedWith(Test.class) || method.isAnnotatedWith(ParameterizedTest.class);
    }

    private Map<String, Rule> rules() {
        Map<String, Rule> found = new TreeMap<>();
        for (String line : lines) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> tests = new TreeSet<>();
                TEST_CLASS.matcher(row.group(3)).results().forEach(match -> tests.add(match.group(1)));
                found.put(row.group(1), new Rule(row.group(1), row.group(2).strip(), tests));
            }
        }
        return found;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(LIST);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
