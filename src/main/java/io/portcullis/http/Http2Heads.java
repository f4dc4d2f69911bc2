package io.portcullis.http;

import io.netty.util.AsciiString;
import io.portcullis.net.ByteWriter;
import io.portcullis.net.Failure;
import org.jspecify.annotations.Nullable;

/** Writes heads as blocks of fields, for one HTTP/2 connection: the twin of {@link Http1Writer}, with the same fields left out. */
@io.portcullis.net.OnLoop
public final class Http2Heads {
    private static final AsciiString PROTOCOL = AsciiString.cached(":protocol");
    private static final AsciiString KEY = AsciiString.cached("sec-websocket-key");
    private static final AsciiString ACCEPT = AsciiString.cached("sec-websocket-accept");
    private static final AsciiString TE = AsciiString.cached("te");

    private final HpackEncoder encoder = new HpackEncoder();
    private final ByteWriter scratch;
    private byte[] latin1 = new byte[128];

    Http2Heads(ByteWriter scratch) {
        this.scratch = scratch;
    }

    /** The peer's SETTINGS_HEADER_TABLE_SIZE. */
    void tableSize(int bytes) {
        encoder.tableSize(bytes);
    }

    /**
     * Writes a response's head; 101 is told as 200, for that is how a WebSocket begins over HTTP/2 (RFC 8441 §5).
     *
     * @param via our pseudonym; null where we are no gateway but the origin
     */
    public ByteWriter response(
            ResponseHead head, RequestHead request, Http1Writer.Closing closing, HttpDate date, @Nullable String via) {
        ByteWriter out = begin();
        boolean tunnel = head.status() == 101;
        encoder.status(tunnel ? 200 : head.status());
        passed(head.fields(), head.options(), closing.backendHsts() ? Http1Writer.Way.BACK_WITH_HSTS : BACK, tunnel);
        if (closing.hsts() != null) {
            put(FieldNames.STRICT_TRANSPORT_SECURITY, closing.hsts());
        }
        if (!head.fields().has(FieldNames.Kind.DATE)) {
            put(FieldNames.DATE, date.now());
        }
        if (via != null) {
            put(FieldNames.VIA, head.protocol().version() + " " + via);
        }
        if (closing.id() != null) {
            put(FieldNames.X_REQUEST_ID, closing.id());
        }
        if (!tunnel && head.status() >= 200 && head.status() != 204 && head.bodyLength() >= 0) {
            put(FieldNames.CONTENT_LENGTH, Long.toString(head.bodyLength()));
        }
        return out;
    }

    private static final Http1Writer.Way BACK = Http1Writer.Way.BACK;

    /** Writes an interim response's head. */
    public ByteWriter interim(ResponseHead head) {
        ByteWriter out = begin();
        encoder.status(head.status());
        passed(head.fields(), head.options(), BACK, false);
        return out;
    }

    /**
     * Writes a request's head; one that asks for WebSocket becomes extended CONNECT (RFC 8441 §5).
     *
     * @param endpoint the endpoint's name, which stands for the host in requests that name none
     */
    public ByteWriter request(RequestHead head, ForwardedFields own, String id, String endpoint, String scheme) {
        ByteWriter out = begin();
        encoder.method(head.isUpgrade() ? "CONNECT" : head.method());
        encoder.scheme(scheme);
        encoder.path(head.target().text());
        String host = head.authority().text();
        encoder.authority(host.isEmpty() ? Http1Writer.hostOf(endpoint) : host);
        if (head.isUpgrade()) {
            put(PROTOCOL, "websocket");
        }
        passed(head.fields(), head.options(), Http1Writer.Way.FORTH, head.isUpgrade());
        for (ForwardedFields.Field field : own.fields()) {
            put(field.name(), field.value());
        }
        put(FieldNames.X_REQUEST_ID, id);
        if (wantsTrailers(head)) {
            put(TE, "trailers");
        }
        if (head.bodyLength() > 0 || head.bodyLength() == 0 && head.fields().has(FieldNames.Kind.CONTENT_LENGTH)) {
            put(FieldNames.CONTENT_LENGTH, Long.toString(head.bodyLength()));
        }
        return out;
    }

    /** Writes the fields after a body: those that may stand there. */
    ByteWriter trailers(Fields trailers) {
        ByteWriter out = begin();
        for (int i = 0; i < trailers.size(); i++) {
            if (TrailerFields.mayFollow(trailers.name(i))) {
                trailers.encode(i, encoder);
            }
        }
        return out;
    }

    /** How a peer is told that a stream broke off for {@code why}. */
    public static Http2Code code(Failure why) {
        return switch (why.kind()) {
            case RESPONSE_INCOMPLETE, BAD_RESPONSE, UPSTREAM_CLOSED, INTERNAL -> Http2Code.INTERNAL_ERROR;
            case BAD_REQUEST -> Http2Code.PROTOCOL_ERROR;
            case REQUEST_TOO_SLOW, RESPONSE_TOO_SLOW, RESPONSE_WRITE_TIMEOUT -> Http2Code.ENHANCE_YOUR_CALM;
            default -> Http2Code.CANCEL;
        };
    }

    private ByteWriter begin() {
        ByteWriter out = scratch.clear();
        encoder.begin(out);
        return out;
    }

    private void put(AsciiString name, String value) {
        int length = value.length();
        if (latin1.length < length) {
            latin1 = new byte[length * 2];
        }
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            latin1[i] = (byte) (c > 0xff ? '?' : c);
        }
        encoder.name(name.array(), name.arrayOffset(), name.length());
        encoder.value(latin1, 0, length, false);
    }

    private void passed(Fields fields, ConnectionOptions options, Http1Writer.Way way, boolean tunnel) {
        boolean nominating = !options.nominated().isEmpty();
        for (int i = 0; i < fields.size(); i++) {
            // HTTP/2 needs neither a WebSocket's key nor its proof (RFC 8441 §5).
            boolean pass = Http1Writer.isPassed(fields, i, way)
                    && !(tunnel && (fields.isNamed(i, KEY) || fields.isNamed(i, ACCEPT)));
            if (pass && !(nominating && !fields.isKept(i) && options.nominates(fields.name(i)))) {
                fields.encode(i, encoder);
            }
        }
    }

    /** gRPC asks its servers so, and some of them insist (RFC 9110 §10.1.4). */
    private static boolean wantsTrailers(RequestHead head) {
        String te = head.fields().first(TE);
        return te != null && te.contains("trailers");
    }
}
