package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptTest {
    private static Accept of(String... lines) {
        Fields fields = Fields.create();
        for (String line : lines) {
            fields.add("Accept", line);
        }
        return Accept.of(new RequestHead(
                "GET",
                new RequestTarget("/", null, null),
                Authority.NONE,
                fields,
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html | true",
                "TEXT/HTML | true",
                "text/html;q=0 | false",
                "text/html;q=0.000 | false",
                "text/html ; Q=0 | false",
                "text/html;q=0.001 | true",
                "text/html;level=1;q=0 | false",
                "text/html;charset=utf-8 | true",
                "text/html;q=nonsense | true",
                "text/html;xq=0 | true",
                "text/* | true",
                "text/*;q=0 | false",
                "*/* | true",
                "*/*;q=0 | false",
                "*/*, text/html;q=0 | false",
                "text/html;q=0, */* | false",
                "text/*;q=0, */* | false",
                "text/*;q=0, text/html;q=0.1 | true",
                "*/*;q=0, text/* | true",
                "text/html;q=0, text/html | true",
                "text/plain, */*;q=0.1 | true",
                "application/xhtml+xml | false",
                "text/htmlx | false",
                "x-text/html | false",
                "nonsense | true",
                "'' | true"
            })
    void theClosestRangeSaysWhetherHtmlIsTaken(String line, boolean taken) {
        assertThat(of(line).takes("text/html; charset=utf-8")).isEqualTo(taken);
        assertThat(of(line).takes("TEXT/HTML")).isEqualTo(taken);
    }

    @Test
    void whoSaysNothingTakesAll() {
        assertThat(of().takes("text/html")).isTrue();
        assertThat(of().named(type -> true)).isZero();
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(of("text/plain", "text/html").takes("text/html")).isTrue();
        assertThat(of("text/plain", "text/html").namesHtml()).isTrue();
    }

    @Test
    void onlyWhatIsSpeltOutIsNamed() {
        for (String line : List.of("*/*", "text/*", "text/html;q=0", "application/json")) {
            assertThat(of(line).namesHtml()).as(line).isFalse();
        }
        assertThat(of("application/json;q=0.25, text/html;q=0.5, */*").named(type -> true))
                .isEqualTo(500);
    }
}
