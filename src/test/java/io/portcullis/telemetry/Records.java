package io.portcullis.telemetry;

import java.nio.charset.StandardCharsets;

/** Access records for tests. */
final class Records {
    static final AccessRecord.Tls TLS = new AccessRecord.Tls(
            "TLSv1.3",
            "TLS_AES_128_GCM_SHA256",
            "X25519MLKEM768",
            "example.com",
            true,
            "t13d1516h2_8daaf6152771_e5627efa2ab1");
    static final AccessRecord.Connection SECURE = new AccessRecord.Connection("https", "192.0.2.7", 50123, TLS);
    static final AccessRecord.Connection PLAIN = new AccessRecord.Connection("http", "2001:db8::1", 40000, null);
    /** 2026-01-02T03:04:05.678Z. */
    static final long TIME = 1_767_323_045_678L;

    private Records() {}

    /** A request that went well, with every field set. */
    static AccessRecord full() {
        return new AccessRecord(
                SECURE,
                new AccessRecord.Request(
                        TIME,
                        "0af7651916cd43dd",
                        Protocol.HTTP_1_1,
                        "POST",
                        "https",
                        "example.com",
                        "/a?b=c",
                        "curl/8.1",
                        "https://example.com/",
                        12),
                new AccessRecord.Answer(200, 3456, 12_345_678),
                new AccessRecord.Hop("app", "backend", "10.0.0.5:8080", 1_500_000, 9_000_999, 2),
                new AccessRecord.Ending("response_incomplete", "upstream", "10.0.0.5:8080 closed after 3456 bytes"));
    }

    /** A request that could not be read. */
    static AccessRecord unread() {
        return new AccessRecord(
                PLAIN,
                new AccessRecord.Request(TIME, "1", Protocol.HTTP_1_1, "", "http", null, "", null, null, 0),
                new AccessRecord.Answer(0, 0, 0),
                AccessRecord.Hop.NONE,
                new AccessRecord.Ending("client_gone", "client", null));
    }

    /** A request whose target and user agent are these. */
    static AccessRecord of(String target, String userAgent) {
        return new AccessRecord(
                PLAIN,
                new AccessRecord.Request(
                        TIME, "1", Protocol.HTTP_2, "GET", "http", "h", target, userAgent, userAgent, 0),
                new AccessRecord.Answer(204, 0, 1000),
                AccessRecord.Hop.NONE,
                AccessRecord.Ending.OK);
    }

    static String line(LineFormat format, AccessRecord record) {
        LineBuffer buffer = new LineBuffer(16);
        format.append(record, buffer);
        return text(buffer);
    }

    static String text(LineBuffer buffer) {
        return StandardCharsets.US_ASCII.decode(buffer.view()).toString();
    }
}
