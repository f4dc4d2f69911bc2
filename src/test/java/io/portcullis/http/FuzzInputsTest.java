package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What fuzzing claims of any bytes holds for the committed inputs: nasty ones by hand, and every one that once broke something. */
class FuzzInputsTest {
    @TestFactory
    Stream<DynamicTest> everyInputKeepsItsProperty() {
        return Arrays.stream(FuzzTarget.values()).flatMap(target -> inputs(target).stream()
                .map(file -> DynamicTest.dynamicTest(
                        target.folder() + "/" + file.getFileName(), () -> target.check(Files.readAllBytes(file)))));
    }

    /** Every input cut short at every byte: a property must hold of half a message too. */
    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void everyBeginningOfAnInputKeepsItsProperty(FuzzTarget target) throws IOException {
        List<Path> inputs = inputs(target);
        assertThat(inputs).hasSizeGreaterThan(4);
        for (Path file : inputs) {
            byte[] whole = Files.readAllBytes(file);
            for (int length = 0; length < Math.min(whole.length, 512); length++) {
                target.check(Arrays.copyOf(whole, length));
            }
        }
    }

    private static List<Path> inputs(FuzzTarget target) {
        try (Stream<Path> files = Files.list(target.inputs())) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
