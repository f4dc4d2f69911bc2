package io.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Objects as RFC 8259 writes them. */
class JsonTest {
    @Test
    void textsAreEscaped() {
        assertThat(new Json().put("a\"", "</script>\\\n\u0000\u007f\u2028é").toString())
                .isEqualTo("{\"a\\\"\":\"\\u003c/script>\\\\\\u000a\\u0000\\u007f\\u2028é\"}");
    }

    @Test
    void numbersAreNumbersOrNull() {
        assertThat(new Json()
                        .put("whole", 3)
                        .put("part", 1.0 / 3)
                        .put("large", 1e18)
                        .put("none", Double.NaN)
                        .put("endless", Double.POSITIVE_INFINITY)
                        .toString())
                .isEqualTo(
                        "{\"whole\":3,\"part\":0.333,\"large\":1000000000000000000.000,\"none\":null,\"endless\":null}");
    }

    @Test
    void objectsNest() {
        assertThat(new Json()
                        .list("all", List.of(new Json().put("a", true), new Json()))
                        .put("absent", (String) null)
                        .toString())
                .isEqualTo("{\"all\":[{\"a\":true},{}],\"absent\":null}");
    }
}
