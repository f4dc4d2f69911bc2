package io.portcullis;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house of docs/architecture.md, held by a test: rooms, doors, and the rules of style that a machine can see. */
class HouseRulesTest {
    private static final int MAX_LINES = 300;

    private static final JavaClasses ALL = new ClassFileImporter().importPackages(HousePlan.HOUSE);
    private static final JavaClasses MAIN = ALL.that(describe("are shipped", type -> !isOfTests(type)));
    private static final JavaClasses TESTS = ALL.that(describe("are tests", HouseRulesTest::isOfTests));

    private static final Set<String> BANNED_WORDS = Set.of(
            "manager",
            "managers",
            "helper",
            "helpers",
            "util",
            "utils",
            "impl",
            "base",
            "abstract",
            "info",
            "data",
            "context",
            "common",
            "misc");
    private static final Pattern CAMEL_WORD =
            Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^\\w-]");

    @Test
    void thereIsAHouse() {
        assertThat(MAIN).hasSizeGreaterThan(10);
        assertThat(TESTS.contain(HouseRulesTest.class)).isTrue();
    }

    private static boolean isOfTests(JavaClass type) {
        return type.getSource().orElseThrow().getUri().getPath().contains("/test-classes/");
    }

    @Test
    void everyPackageIsARoomOfTheTable() {
        Set<String> known =
                Set.copyOf(HousePlan.rooms().stream().map(HousePlan.Room::name).toList());
        classes()
                .should(hold("be in the root or a room of the table", type -> isRootOr(known, HousePlan.room(type))))
                .check(MAIN);
    }

    private static ArchCondition<JavaClass> hold(String claim, Predicate<JavaClass> predicate) {
        return ArchCondition.from(describe(claim, predicate));
    }

    private static boolean isRootOr(Set<String> known, String room) {
        return room.equals("root") || known.contains(room);
    }

    @Test
    void roomsAreFreeOfCycles() {
        slices().matching(HousePlan.HOUSE + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @ParameterizedTest
    @MethodSource("io.portcullis.HousePlan#rooms")
    void aRoomImportsOnlyWhatItsRowAllows(HousePlan.Room row) {
        noClasses()
                .that(are(inRoom(row.name())))
                .should()
                .dependOnClassesThat(describe(
                        "of ours, but not of " + row.mayImport(),
                        type -> HousePlan.isOurs(type)
                                && !HousePlan.room(type).equals(row.name())
                                && !row.mayImport().contains(HousePlan.room(type))))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @ParameterizedTest
    @MethodSource("io.portcullis.HousePlan#doors")
    void aLibraryComesInByItsDoorOnly(HousePlan.LibraryDoor door) {
        noClasses()
                .that(describe(
                        "in none of " + door.openTo(), type -> !door.openTo().contains(HousePlan.room(type))))
                .should()
                .dependOnClassesThat(describe(
                        "of " + door.library(), type -> (type.getPackageName() + ".").startsWith(door.library() + ".")))
                .check(MAIN);
    }

    private static DescribedPredicate<JavaClass> inRoom(String name) {
        return describe("in room " + name, type -> HousePlan.room(type).equals(name));
    }

    @Test
    void namesSayWhatThingsAre() {
        classes()
                .should(hold("have a name without " + BANNED_WORDS, type -> CAMEL_WORD
                        .splitAsStream(type.getName().substring(HousePlan.HOUSE.length()))
                        .noneMatch(word -> BANNED_WORDS.contains(word.toLowerCase(Locale.ROOT)))))
                .check(ALL);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(javaFiles().map(Path::getParent).distinct()).allSatisfy(folder -> assertThat(packageCard(folder))
                .as("package-info.java of %s", folder)
                .contains("@NullMarked"));
    }

    /** The package's card; tests of a room share the room's. */
    private static String packageCard(Path folder) {
        Path main = Path.of(folder.toString().replace("src/test/java", "src/main/java"), "package-info.java");
        Path card = Files.exists(main) ? main : folder.resolve("package-info.java");
        return Files.exists(card) ? text(card) : "";
    }

    @Test
    void aFileHasAtMost300Lines() {
        assertThat(javaFiles()).allSatisfy(file -> assertThat(text(file).lines().count())
                .as("lines of %s", file)
                .isLessThanOrEqualTo(MAX_LINES));
    }

    private static Stream<Path> javaFiles() {
        return Stream.of("src/main/java", "src/test/java", "src/bench/java")
                .map(Path::of)
                .filter(Files::exists)
                .flatMap(HouseRulesTest::walk)
                .filter(path -> path.toString().endsWith(".java"));
    }

    private static Stream<Path> walk(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nobodySleeps() {
        noClasses()
                .should()
                .accessTargetWhere(calls("java.lang.Thread", "sleep"))
                .orShould()
                .accessTargetWhere(calls("java.util.concurrent.TimeUnit", "sleep"))
                .check(ALL);
    }

    @Test
    void onlyAwaitLetsTimePass() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(HousePlan.HOUSE + ".testkit.Await")
                .should()
                .accessTargetWhere(calls("java.util.concurrent.locks.LockSupport", "parkNanos"))
                .check(TESTS);
    }

    /** One that is read seldom, less one that is read anew, is a duration below 0. */
    @Test
    void anExchangeIsTimedByOneClock() {
        noClasses()
                .that(are(inRoom("proxy")))
                .or(are(inRoom("http")))
                .should()
                .accessTargetWhere(calls("java.lang.System", "nanoTime"))
                .check(MAIN);
    }

    private static DescribedPredicate<JavaAccess<?>> calls(String owner, String method) {
        return describe(
                owner + "." + method,
                access -> access.getTargetOwner().getFullName().equals(owner)
                        && access.getTarget().getName().equals(method));
    }

    @Test
    void nothingStaticIsMutable() {
        fields().that()
                .areStatic()
                .and(describe(
                        "are written by us", field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)))
                .should()
                .beFinal()
                .andShould()
                .notHaveRawType(describe("made to change", HouseRulesTest::isMadeToChange))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    private static boolean isMadeToChange(JavaClass type) {
        String name = type.getFullName();
        boolean counts = name.startsWith("java.util.concurrent.") && !name.endsWith("Updater") && !type.isEnum();
        return counts
                || name.matches("java\\.util\\.(Hash|Linked|Tree|Array|Enum|Identity|Weak)\\w+")
                || name.matches("java\\.lang\\.String(Builder|Buffer)");
    }

    /** A meter that nobody moves is shown as 0 for ever. */
    @Test
    void everyCountOfTheMetersIsMade() {
        codeUnits()
                .that(describe(
                        "count",
                        unit -> HousePlan.room(unit.getOwner()).equals("telemetry")
                                && unit.getOwner().getSimpleName().endsWith("Meters")
                                && unit.getModifiers().contains(JavaModifier.PUBLIC)))
                .should(ArchCondition.from(describe("be called", unit -> unit.getAccessesToSelf().stream()
                        .anyMatch(access -> !isOfTests(access.getOriginOwner())
                                && !access.getOriginOwner().equals(unit.getOwner())))))
                .check(MAIN);
    }

    @Test
    void optionalIsNoField() {
        fields().should()
                .notHaveRawType(describe("Optional", HouseRulesTest::isOptional))
                .check(ALL);
    }

    @Test
    void optionalIsNoParameter() {
        codeUnits()
                .that(describe("are written by us", HouseRulesTest::isWritten))
                .should()
                .notHaveRawParameterTypes(
                        describe("with an Optional", types -> types.stream().anyMatch(HouseRulesTest::isOptional)))
                .check(ALL);
    }

    private static boolean isWritten(JavaCodeUnit unit) {
        return !unit.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static boolean isOptional(JavaClass type) {
        return type.getFullName().matches("java\\.util\\.Optional(Int|Long|Double)?");
    }

    @Test
    void nothingSkips() {
        noClasses()
                .that(describe("are not NeedsProgram's condition", type -> !type.getSimpleName()
                        .startsWith("ProgramCondition")))
                .should()
                .dependOnClassesThat(describe("skip tests", HouseRulesTest::skips))
                .check(TESTS);
    }

    private static boolean skips(JavaClass type) {
        String name = type.getFullName();
        return name.equals("org.junit.jupiter.api.Disabled")
                || name.startsWith("org.junit.jupiter.api.condition.")
                || name.contains("Assumptions")
                || name.endsWith("TestAbortedException")
                || name.endsWith("ConditionEvaluationResult");
    }
}
