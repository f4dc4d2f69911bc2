package io.portcullis.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    @ParameterizedTest
    @CsvSource({
        "/,                /",
        "/a,               /a",
        "/%61%2D%2e%5F%7e, /a-._~",
        "/%2f%5c%25%3b,    /%2F%5C%25%3B",
        "/%252e,           /%252e",
        "/a%C3%A4,         /a%C3%A4",
        "/%e4,             /%E4",
        "/%c0,             /%C0",
        "/%c0a,            /%C0a",
        "/%e0%a0%80,       /%E0%A0%80",
        "/%f0%90%80%80,    /%F0%90%80%80",
        "/a?b=%61,         /a?b=%61",
        "/a?b=../%zz,      /a?b=../%zz",
        "/a?,              /a?",
        "/...,             /...",
        "/a../b,           /a../b",
        "/.a/..b,          /.a/..b",
        "/a%2F.b,          /a%2F.b",
        "/%2F..a,          /%2F..a",
        "'/\"<>[]^`{|}',   '/\"<>[]^`{|}'",
        "//a//,            //a//",
        "/a;b/c,           /a;b/c"
    })
    void p08HasOneFormForOnePath(String text, String normal) {
        assertThat(parse("GET", text).text()).isEqualTo(normal);
        assertThat(parse("GET", normal).text()).as("the form of the form").isEqualTo(normal);
    }

    @Test
    void p08KeepsTheObjectWhereNothingChanges() {
        String path = "/static/app.js";
        assertThat(parse("GET", path).path()).isSameAs(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.",
                "/..",
                "/a/..",
                "/a/./b",
                "/%2e",
                "/%2E.",
                "/..;",
                "/.;a/b",
                "/..%3B/a",
                "/..%2f",
                "/%2f..",
                "/a%2f..%2fb",
                "/a%5c..",
                "/%5C.%5c",
                "/a\\b",
                "//..",
                "/../",
                "/a/%2e%2e%2fb"
            })
    void p09RefusesDotSegments(String text) {
        assertThat(RequestTarget.parse("GET", text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b/c/./../../g, /a/g",
        "/a/.., /",
        "/a/../, /",
        "/a/., /a/",
        "/., /",
        "/./a/./b/../c, /a/c",
        "/a/%2e%2E/b?c=/../d, /b?c=/../d",
        "/a/.../../b, /a/b",
        "http://a.example/b/../c, /c"
    })
    void p09ResolvesDotSegmentsWhereThatIsAskedFor(String text, String resolved) {
        RequestTarget target = requireNonNull(RequestTarget.read("GET", text));
        assertThat(target.text()).isEqualTo(resolved);
        assertThat(target.shape()).isEqualTo(RequestTarget.Shape.RESOLVED);
        assertThat(RequestTarget.parse("GET", text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/../a",
                "/a/../..",
                "/a/../../b",
                "/./../a",
                "/a//../b",
                "/a;b/../c",
                "/a%3B/../c",
                "/a%2Fb/../c",
                "/a%5Cb/../c",
                "/a%25/../c",
                "/a/..;/b",
                "/a/..%2fb",
                "/a%2f../b"
            })
    void p09ResolvesNothingThatIsNotClear(String text) {
        assertThat(RequestTarget.read("GET", text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "/a.b/c_d~e-f, PLAIN",
        "/a%20b%C3%A4, PLAIN",
        "/%61?b=//;%2F, PLAIN",
        "//a, AMBIGUOUS",
        "/a;b, AMBIGUOUS",
        "/a%2fb, AMBIGUOUS",
        "/a%5Cb, AMBIGUOUS",
        "/a%3bb, AMBIGUOUS",
        "/a%25b, AMBIGUOUS",
        "/a%23b, AMBIGUOUS",
        "/a%3fb, AMBIGUOUS"
    })
    void p08KnowsAPathThatCanBeReadInSeveralWays(String text, RequestTarget.Shape shape) {
        assertThat(parse("GET", text).shape()).isEqualTo(shape);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/%",
                "/%4",
                "/%4?",
                "/%zz",
                "/%-1",
                "/%\u0664\u0661",
                "/%00",
                "/\0",
                "/\u001f",
                "/ ",
                "/\u007f",
                "/\u00e4",
                "/a?\u0001",
                "/a? ",
                "/a?\u00e4",
                "/%c0%ae",
                "/%C1%9c",
                "/%e0%80%af",
                "/%e0%9f%bf",
                "/%f0%80%80%af",
                "/%f0%8f%bf%bf"
            })
    void p11RefusesWhatNoPathMayHold(String text) {
        assertThat(RequestTarget.parse("GET", text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "/#", "/a#b", "/a?b#c", "http://a/#"})
    void p12RefusesFragments(String text) {
        assertThat(RequestTarget.parse("GET", text)).isNull();
    }

    @Test
    void p13KnowsTheAsteriskOfOptionsAlone() {
        assertThat(parse("OPTIONS", "*").text()).isEqualTo("*");
        assertThat(parse("OPTIONS", "http://a").text()).isEqualTo("*");
        assertThat(parse("OPTIONS", "http://a/").text()).isEqualTo("/");
        assertThat(parse("OPTIONS", "http://a?b").text()).isEqualTo("/?b");
        assertThat(RequestTarget.parse("GET", "*")).isNull();
        assertThat(RequestTarget.parse("options", "*")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example/b?c,    a.example,      /b?c",
        "HTTPS://A.example:8443/, a.example,      /",
        "http://a.example,        a.example,      /",
        "http://a.example?b,      a.example,      /?b",
        "http://[::1]:80/,        [::1],          /",
        "http://a.example/%62,    a.example,      /b"
    })
    void p02TakesAnAbsoluteTargetApart(String text, String host, String normal) {
        RequestTarget target = parse("GET", text);
        assertThat(requireNonNull(target.authority()).host()).isEqualTo(host);
        assertThat(target.text()).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://",
                "http:///a",
                "http://:80/",
                "http://a@b/",
                "http://a:b@c/",
                "http://a,b/",
                "http://a:0/",
                "ftp://a/",
                "ws://a/",
                "http:/a",
                "http:a",
                "a:80",
                "://a/",
                "http://a\\b/",
                "http://a/../b",
                "http://a%2fb/",
                " http://a/"
            })
    void p02RefusesABadAbsoluteTarget(String text) {
        assertThat(RequestTarget.parse("GET", text)).isNull();
    }

    private static RequestTarget parse(String method, String text) {
        return requireNonNull(RequestTarget.parse(method, text));
    }
}
