package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
    @ParameterizedTest
    @CsvSource({
        "example.com,            example.com,       0,     false",
        "EXAMPLE.Com,            example.com,       0,     false",
        "example.com.,           example.com,       0,     false",
        "example.com:80,         example.com,       80,    false",
        "example.com.:65535,     example.com,       65535, false",
        "example.com:,           example.com,       0,     false",
        "example.com:00080,      example.com,       80,    false",
        "a_b.example,            a_b.example,       0,     false",
        "a,                      a,                 0,     false",
        "XN--MNCHEN-3YA.example, xn--mnchen-3ya.example, 0, false",
        "127.0.0.1:8080,         127.0.0.1,         8080,  true",
        "127.0.0.256,            127.0.0.256,       0,     false",
        "[::1],                  [::1],             0,     true",
        "[0:0:0:0:0:0:0:1]:443,  [::1],             443,   true",
        "[2001:DB8::00A],        [2001:db8::a],     0,     true",
        "[2001:db8:0:0:1:0:0:1], [2001:db8::1:0:0:1], 0,   true",
        "[::1]:,                 [::1],             0,     true",
        "[::0.0.0.1],            [::1],             0,     true",
        "[::ffff:7f00:1],        [::ffff:7f00:1],   0,     true",
        "[::ffff:127.0.0.1],     [::ffff:7f00:1],   0,     true"
    })
    void p04HasOneFormForOneHost(String text, String host, int port, boolean address) {
        assertThat(Authority.parse(text)).isEqualTo(new Authority(text, host, port, address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                ".",
                "..",
                ".a",
                "a..b",
                "a..",
                "a b",
                " a",
                "a ",
                "a\t",
                "a,b",
                "a;b",
                "a/b",
                "a?b",
                "a#b",
                "a@b",
                "a:b@c",
                "a\\b",
                "a%41",
                "a*",
                "*.a",
                "a'b",
                "\u00e4",
                "a\0",
                "a:0",
                "a:65536",
                "a:99999",
                "a:000080",
                "a:4294967376",
                "a:-1",
                "a:+1",
                "a:1a",
                "a:80:80",
                "a: 80",
                "::1",
                "[",
                "[]",
                "[::1",
                "[::1]a",
                "[::1]:x",
                "[::g]",
                "[1::2::3]",
                "[1:2:3:4:5:6:7:8:9]",
                "[127.0.0.1]",
                "[fe80::1%eth0]",
                "[fe80::1%251]",
                "[v1.a]",
                "[::1]]",
                "[[::1]]",
                "[::1 ]"
            })
    void p03KnowsNoOther(String text) {
        assertThat(Authority.parse(text)).isNull();
    }

    @Test
    void p03LimitsLabelAndName() {
        assertThat(Authority.parse("a".repeat(63) + ".b")).isNotNull();
        assertThat(Authority.parse("a".repeat(64) + ".b")).isNull();
        assertThat(Authority.parse("a.".repeat(126) + "a.:65535")).isNotNull();
        assertThat(Authority.parse("a.".repeat(126) + "aa")).isNull();
    }

    @Test
    void p14WritesAPortOnlyWhereItIsNotTheDefault() {
        assertThat(new Authority("a:1", "a", 1, false).hostAndPort(443, 443)).isEqualTo("a");
        assertThat(new Authority("a:1", "a", 1, false).hostAndPort(8443, 443)).isEqualTo("a:8443");
    }
}
