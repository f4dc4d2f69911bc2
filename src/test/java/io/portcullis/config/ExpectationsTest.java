package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of {@code expect}: how they are read, and what is none. */
class ExpectationsTest {
    @TempDir
    Path temp;

    @Test
    void aLineIsTakenApart() {
        PortcullisConfig config = new ConfigFolder(temp)
                .config(ConfigFolder.GOOD
                        + "expect = [\"GET http://a/x?y from ::1 with Accept: text/html -> 308 https://a/x?y\"]");
        Expectation read = config.expect().getFirst();
        assertThat(read.method()).isEqualTo("GET");
        assertThat(read.url()).isEqualTo("http://a/x?y");
        assertThat(read.from()).isEqualTo("::1");
        assertThat(read.field()).isEqualTo("Accept: text/html");
        assertThat(read.wanted()).isEqualTo(new Expectation.Wanted.Status(308, "https://a/x?y"));
        assertThat(read.where().line()).isEqualTo(ConfigFolder.NEXT_LINE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET http://a/ 200", "GET /x -> 200", "GET http://a/ -> ok", "GET http://a/ -> 99", "-> 200"})
    void anotherLineIsAnErrorWithAnExample(String line) {
        assertThat(new ConfigFolder(temp).problemsOf("expect = [\"" + line + "\"]"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: expect[0]: expected ")
                .contains("GET https://a.example/x -> 200");
    }
}
