package io.portcullis.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Document;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/doctor.md has a section for each id, and for nothing else. */
class DoctorDocumentTest {
    @Test
    void everyFindingHasItsSection() {
        List<String> sections = Document.of("docs/doctor.md")
                .text()
                .lines()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .toList();
        assertThat(sections)
                .containsExactlyElementsOf(
                        Arrays.stream(Ailment.values()).map(Ailment::id).toList());
    }
}
