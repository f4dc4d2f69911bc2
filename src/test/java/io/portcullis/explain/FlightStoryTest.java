package io.portcullis.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Document;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The advice of {@code why} is that of the documents. */
class FlightStoryTest {
    private static final Document TABLE = Document.of("docs/operations.md").section("Failure kinds");

    @ParameterizedTest
    @EnumSource
    void everyKindIsToldInTheWordsOfItsRow(FailureKind kind) {
        String row = TABLE.row("`" + kind.tag() + "`").get(4);
        assertThat(FlightStory.advice(kind))
                .isEqualTo(row.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", ""));
    }
}
