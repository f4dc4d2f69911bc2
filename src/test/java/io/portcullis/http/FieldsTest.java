package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u0000b", "\r", "\n"})
    void u12AValueThatIsSetCannotEndItsLine(String value) {
        assertThatThrownBy(() -> Fields.create().set("X-A", value)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fields.create().add("X-A", value)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X A", "X:A", "X\r\nA", "X\u0000", "X\u00e9", "(X)"})
    void u12ANameThatIsSetIsAToken(String name) {
        assertThatThrownBy(() -> Fields.create().add(name, "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesCompareWithoutCase() {
        Fields fields = Heads.fields("X-A: 1", "x-a: 2", "X-B: 3");
        assertThat(fields.first("X-a")).isEqualTo("1");
        assertThat(fields.all("x-A")).containsExactly("1", "2");
        assertThat(fields.contains("x_a")).isFalse();
    }

    @Test
    void settingReplacesEverySuchFieldAndKeepsTheRest() {
        Fields fields = Heads.fields("X-A: 1", "X-B: 2", "x-a: 3").set("X-A", "4");
        assertThat(fields.all("x-a")).containsExactly("4");
        assertThat(fields.all("x-b")).containsExactly("2");
        assertThat(fields.size()).isEqualTo(2);
    }

    @Test
    void whatIsRemovedIsGone() {
        Fields fields = Heads.fields("Content-Length: 1", "X-B: 2").remove("content-length");
        assertThat(fields.has(FieldNames.Kind.CONTENT_LENGTH)).isFalse();
        assertThat(fields.remove("x-b").isEmpty()).isTrue();
    }
}
