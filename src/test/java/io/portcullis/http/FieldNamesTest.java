package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.http.FieldNames.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldNamesTest {
    @ParameterizedTest
    @CsvSource({
        "Connection, CONNECTION",
        "Keep-Alive, HOP_BY_HOP",
        "Proxy-Connection, HOP_BY_HOP",
        "Proxy-Authorization, HOP_BY_HOP",
        "Proxy, HOP_BY_HOP",
        "TE, HOP_BY_HOP",
        "Trailer, HOP_BY_HOP",
        "Upgrade, UPGRADE",
        "Expect, EXPECT",
        "Via, VIA",
        "Host, HOST",
        "Date, DATE",
        "Strict-Transport-Security, STRICT_TRANSPORT_SECURITY",
        "Forwarded, IDENTITY",
        "X-Forwarded-For, IDENTITY",
        "X-Forwarded-Anything, IDENTITY",
        "X-Original-URL, IDENTITY",
        "X-Rewrite-URL, IDENTITY",
        "X-Real-IP, IDENTITY",
        "X-Request-Id, IDENTITY",
        "X-Client-Cert-Subject, IDENTITY",
        "Client-Cert, IDENTITY"
    })
    void f24KnowsANameInEverySpelling(String name, Kind kind) {
        assertThat(FieldNames.kind(name)).isEqualTo(kind);
        assertThat(FieldNames.kind(name.toUpperCase(java.util.Locale.ROOT))).isEqualTo(kind);
        assertThat(FieldNames.kind(name.toLowerCase(java.util.Locale.ROOT))).isEqualTo(kind);
        assertThat(FieldNames.kind(name.replace('-', '_'))).isEqualTo(kind);
        assertThat(FieldNames.kind(name.replace('-', '.'))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"Content-Length, CONTENT_LENGTH", "Transfer-Encoding, TRANSFER_ENCODING"})
    void f24BelievesAFramingFieldInItsOwnSpellingOnly(String name, Kind kind) {
        assertThat(FieldNames.kind(name)).isEqualTo(kind);
        assertThat(FieldNames.kind(name.toLowerCase(java.util.Locale.ROOT))).isEqualTo(kind);
        assertThat(FieldNames.kind(name.replace('-', '_'))).isEqualTo(Kind.HOP_BY_HOP);
        assertThat(FieldNames.kind(name.replace('-', '.'))).isEqualTo(Kind.HOP_BY_HOP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "x",
                "Accept",
                "Hosts",
                "Hos",
                "Dated",
                "Cookie",
                "Content-Type",
                "Content-Lengths",
                "ContentLength",
                "Connections",
                "TEA",
                "Trailers",
                "Upgrade-Insecure-Requests",
                "Transfer-Encodings",
                "X-Forwarded",
                "X-Real-IPs",
                "X-Request-Ids",
                "Forwarded-For",
                "Proxies",
                "\u0130x",
                "H\u00f6st"
            })
    void passesEveryOtherNameOn(String name) {
        assertThat(FieldNames.kind(name)).isEqualTo(Kind.PASSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Content-Length",
                "Transfer-Encoding",
                "Authorization",
                "authorization",
                "Cookie",
                "Content-Type",
                "Content_Type",
                "content.type",
                "If-Match",
                "IF_NONE_MATCH",
                "Range",
                "Via",
                "X-Forwarded-For",
                "Date",
                "TE",
                "Set-Cookie",
                "Expires"
            })
    void f18LetsNoSteeringFieldFollowABody(String name) {
        assertThat(TrailerFields.mayFollow(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Checksum",
                "Digest",
                "Server-Timing",
                "grpc-status",
                "ETag",
                "Authentication-Info",
                "Content-Digest"
            })
    void f18LetsOthersFollow(String name) {
        assertThat(TrailerFields.mayFollow(name)).isTrue();
    }
}
