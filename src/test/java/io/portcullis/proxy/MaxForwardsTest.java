package io.portcullis.proxy;

import static io.portcullis.proxy.MaxForwards.Step.HERE;
import static io.portcullis.proxy.MaxForwards.Step.MALFORMED;
import static io.portcullis.proxy.MaxForwards.Step.ONWARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaxForwardsTest {
    private static RequestHead head(String method, String... values) {
        Fields fields = Fields.create();
        for (String value : values) {
            fields.add("Max-Forwards", value);
        }
        return new RequestHead(
                method,
                new RequestTarget("/", null, null),
                Authority.NONE,
                fields,
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                0);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "10, 9", "007, 6", "99999999999999999999, 999999998"})
    void h06ACountIsOneLess(String before, String after) {
        RequestHead head = head("OPTIONS", before);
        assertThat(MaxForwards.step(head)).isEqualTo(ONWARD);
        assertThat(head.fields().all("max-forwards")).containsExactly(after);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "000"})
    void h06ZeroEndsHere(String value) {
        assertThat(MaxForwards.step(head("OPTIONS", value))).isEqualTo(HERE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.5", "1 1", "x"})
    void h06OtherThanDigitsIsMalformed(String value) {
        assertThat(MaxForwards.step(head("OPTIONS", value))).isEqualTo(MALFORMED);
    }

    @Test
    void h06TwoAreMalformed() {
        assertThat(MaxForwards.step(head("OPTIONS", "1", "1"))).isEqualTo(MALFORMED);
    }

    @Test
    void h06OtherMethodsDoNotCount() {
        RequestHead head = head("GET", "0");
        assertThat(MaxForwards.step(head)).isEqualTo(ONWARD);
        assertThat(head.fields().first("Max-Forwards")).isEqualTo("0");
    }
}
