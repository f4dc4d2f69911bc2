package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionOptionsTest {
    private static ConnectionOptions of(String... lines) {
        return ConnectionOptions.of(Heads.fields(lines));
    }

    @Test
    void withoutTheFieldThereIsNothing() {
        assertThat(of("Keep-Alive: 5")).isSameAs(ConnectionOptions.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "CLOSE", "x, close", "close,", " ,\tclose ", "keep-alive, close"})
    void closeIsFoundWhereverItStands(String value) {
        assertThat(of("Connection: " + value).close()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "not-close", "", "clo se"})
    void whatOnlyResemblesCloseIsNot(String value) {
        assertThat(of("Connection: " + value).close()).isFalse();
    }

    @Test
    void severalLinesAreOneList() {
        ConnectionOptions options = of("Connection: X-One", "connection: keep-alive, Upgrade", "CONNECTION: x-two");
        assertThat(options.keepAlive()).isTrue();
        assertThat(options.upgrade()).isTrue();
        assertThat(options.nominated()).containsExactly("x-one", "x-two");
    }

    @Test
    void namesAreNominatedWithoutCase() {
        ConnectionOptions options = of("Connection: x-ONE");
        assertThat(options.nominates("X-One")).isTrue();
        assertThat(options.nominates("X-On")).isFalse();
        assertThat(options.nominates("X-One-More")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Content-Length",
                "transfer-encoding",
                "Cookie",
                "Authorization",
                "Via",
                "Date",
                "Content-Type",
                "X-Forwarded-For",
                "x_forwarded_for",
                "X-Real-IP",
                "Forwarded",
                "X-Request-Id",
                "Client-Cert",
            })
    void h03WhatEveryRecipientNeedsCannotBeNominated(String name) {
        assertThat(of("Connection: " + name + ", x-a").nominated()).containsExactly("x-a");
    }
}
