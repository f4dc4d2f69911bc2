package io.portcullis.telemetry;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One JSON object (RFC 8259) a line; {@code docs/access-log.md} lists its fields. What is not known is left out. */
final class JsonLines implements LineFormat {
    private static final byte[] TIME = ascii("{\"time\":\"");
    private static final byte[] ID = key("id");
    private static final byte[] LISTENER = key("listener");
    private static final byte[] CLIENT = key("client");
    private static final byte[] CLIENT_PORT = key("client_port");
    private static final byte[] TLS = key("tls");
    private static final byte[] CIPHER = key("cipher");
    private static final byte[] GROUP = key("group");
    private static final byte[] SNI = key("sni");
    private static final byte[] RESUMED = key("resumed");
    private static final byte[] JA4 = key("ja4");
    private static final byte[] PROTOCOL = key("protocol");
    private static final byte[] METHOD = key("method");
    private static final byte[] SCHEME = key("scheme");
    private static final byte[] HOST = key("host");
    private static final byte[] TARGET = key("target");
    private static final byte[] USER_AGENT = key("user_agent");
    private static final byte[] REFERER = key("referer");
    private static final byte[] STATUS = key("status");
    private static final byte[] BYTES_IN = key("bytes_in");
    private static final byte[] BYTES_OUT = key("bytes_out");
    private static final byte[] DURATION = key("duration_ms");
    private static final byte[] ROUTE = key("route");
    private static final byte[] UPSTREAM = key("upstream");
    private static final byte[] ENDPOINT = key("endpoint");
    private static final byte[] CONNECT = key("connect_ms");
    private static final byte[] FIRST_BYTE = key("first_byte_ms");
    private static final byte[] TRIES = key("tries");
    private static final byte[] OUTCOME = key("outcome");
    private static final byte[] ENDED_BY = key("ended_by");
    private static final byte[] DETAIL = key("detail");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] END = ascii("}\n");

    private final Timestamp time = new Timestamp("uuuu-MM-dd'T'HH:mm:ss");
    private final boolean fingerprints;

    /** @param fingerprints whether a line tells the fingerprint of the client's TLS */
    JsonLines(boolean fingerprints) {
        this.fingerprints = fingerprints;
    }

    @Override
    public void append(AccessRecord record, LineBuffer line) {
        AccessRecord.Request request = record.request();
        line.raw(TIME).raw(time.second(request.epochMillis())).raw('.');
        line.threeDigits((int) Math.floorMod(request.epochMillis(), 1000L))
                .raw('Z')
                .raw('"');
        text(line, ID, request.id());
        connection(line, record.connection());
        request(line, request);
        answer(line, record.answer());
        hop(line, record.hop());
        text(line, OUTCOME, record.ending().outcome());
        text(line, ENDED_BY, record.ending().endedBy());
        text(line, DETAIL, record.ending().detail());
        line.raw(END);
    }

    private void connection(LineBuffer line, AccessRecord.Connection connection) {
        text(line, LISTENER, connection.listener());
        text(line, CLIENT, connection.client());
        line.raw(CLIENT_PORT).number(connection.clientPort());
        AccessRecord.Tls tls = connection.tls();
        if (tls != null) {
            text(line, TLS, tls.version());
            text(line, CIPHER, tls.cipher());
            text(line, GROUP, tls.group());
            text(line, SNI, tls.sni());
            line.raw(RESUMED).raw(tls.resumed() ? TRUE : FALSE);
            if (fingerprints) {
                text(line, JA4, tls.ja4());
            }
        }
    }

    private static void request(LineBuffer line, AccessRecord.Request request) {
        text(line, PROTOCOL, request.protocol().tag());
        text(line, METHOD, request.method());
        text(line, SCHEME, request.scheme());
        text(line, HOST, request.host());
        text(line, TARGET, request.target());
        text(line, USER_AGENT, request.userAgent());
        text(line, REFERER, request.referer());
        line.raw(BYTES_IN).number(request.bytesIn());
    }

    private static void answer(LineBuffer line, AccessRecord.Answer answer) {
        line.raw(STATUS).number(answer.status());
        line.raw(BYTES_OUT).number(answer.bytesOut());
        line.raw(DURATION).millis(answer.durationNanos());
    }

    private static void hop(LineBuffer line, AccessRecord.Hop hop) {
        text(line, ROUTE, hop.route());
        text(line, UPSTREAM, hop.upstream());
        text(line, ENDPOINT, hop.endpoint());
        duration(line, CONNECT, hop.connectNanos());
        duration(line, FIRST_BYTE, hop.firstByteNanos());
        line.raw(TRIES).number(hop.tries());
    }

    private static void text(LineBuffer line, byte[] key, @Nullable String value) {
        if (value != null) {
            line.raw(key).raw('"').json(value).raw('"');
        }
    }

    private static void duration(LineBuffer line, byte[] key, long nanos) {
        if (nanos >= 0) {
            line.raw(key).millis(nanos);
        }
    }

    private static byte[] key(String name) {
        return ascii(",\"" + name + "\":");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
