package io.portcullis.http;

import io.portcullis.net.ByteWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes heads as HTTP/1.1: each message is built anew toward the other side, with exactly one framing, our hop-by-hop fields and
 * our {@code Host}; what is end-to-end is copied from the head that came.
 */
@SuppressWarnings("EnumOrdinal") // an index, within one process
public final class Http1Writer {
    /** How a response's body is delimited. */
    public enum BodyCoding {
        /** None follows, or {@code Content-Length} tells. */
        LENGTH,
        CHUNKED,
        /** To HTTP/1.0 clients. */
        UNTIL_CLOSE
    }

    /**
     * What a response says beside its head.
     *
     * @param close whether we close after it
     * @param keepAlive whether that must be said although it is no default (HTTP/1.0)
     * @param id null where none is told
     * @param hsts the {@code Strict-Transport-Security} to send in place of the backend's; null where none is ours
     * @param backendHsts whether the backend's may pass: over TLS only (RFC 6797 §7.2)
     */
    public record Closing(
            BodyCoding coding,
            boolean close,
            boolean keepAlive,
            @Nullable String id,
            @Nullable String hsts,
            boolean backendHsts) {}

    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] HTTP_1_1 = ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] REQUEST_ID = ascii("X-Request-Id: ");
    private static final byte[] LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] UPGRADE = ascii("Connection: Upgrade\r\nUpgrade: websocket\r\n");
    private static final byte[] DATE = ascii("Date: ");
    private static final byte[] HSTS = ascii("Strict-Transport-Security: ");
    private static final byte[][] STATUS_LINES = statusLines();

    /** By the version that the response came by (RFC 9110 §7.6.3). */
    private final byte[][] viaLines;

    private final @Nullable String via;

    /** @param via our pseudonym; null where we are no gateway but the origin */
    public Http1Writer(@Nullable String via) {
        this.via = via;
        viaLines = new byte[Protocol.values().length][];
        for (Protocol protocol : Protocol.values()) {
            viaLines[protocol.ordinal()] =
                    via == null ? new byte[0] : ascii("Via: " + protocol.version() + " " + via + "\r\n");
        }
    }

    /** Our pseudonym; null where we are no gateway. */
    public @Nullable String via() {
        return via;
    }

    /**
     * Writes a request's head.
     *
     * @param endpoint the endpoint's name, which stands for the host in requests that name none
     */
    public static void request(ByteWriter out, RequestHead head, ForwardedFields own, String id, String endpoint) {
        RequestTarget target = head.target();
        out.put(head.method()).put((byte) ' ').put(target.path());
        if (target.query() != null) {
            out.put((byte) '?').put(target.query());
        }
        String host = head.authority().text();
        out.put(HTTP_1_1).put(host.isEmpty() ? hostOf(endpoint) : host).put(CRLF);
        passed(out, head.fields(), head.options(), head.protocol() == Protocol.HTTP_1_0 ? Way.FORTH_OF_OLD : Way.FORTH);
        out.put(own.http1());
        out.put(REQUEST_ID).put(id).put(CRLF);
        if (head.isUpgrade()) {
            out.put(UPGRADE);
        } else if (head.bodyLength() > 0
                || head.bodyLength() == 0 && head.fields().has(FieldNames.Kind.CONTENT_LENGTH)) {
            out.put(LENGTH).putDecimal(head.bodyLength()).put(CRLF);
        } else if (head.bodyLength() < 0) {
            out.put(CHUNKED);
        }
        out.put(CRLF);
    }

    /** A socket file's path is no host (RFC 9110 §7.2). */
    static String hostOf(String endpoint) {
        return endpoint.startsWith("unix:") ? "localhost" : endpoint;
    }

    /** Writes a response's head. */
    public void response(ByteWriter out, ResponseHead head, RequestHead request, Closing closing, HttpDate date) {
        statusLine(out, head.status());
        boolean dated =
                passed(out, head.fields(), head.options(), closing.backendHsts() ? Way.BACK_WITH_HSTS : Way.BACK);
        if (closing.hsts() != null) {
            out.put(HSTS).put(closing.hsts()).put(CRLF);
        }
        if (!dated) {
            out.put(DATE).put(date.now()).put(CRLF);
        }
        out.put(viaLines[head.protocol().ordinal()]);
        if (closing.id() != null) {
            out.put(REQUEST_ID).put(closing.id()).put(CRLF);
        }
        framing(out, head, request, closing);
        if (head.status() == 101) {
            out.put(UPGRADE);
        } else if (closing.close()) {
            out.put(CLOSE);
        } else if (closing.keepAlive()) {
            out.put(KEEP_ALIVE);
        }
        out.put(CRLF);
    }

    /** Writes an interim response's head (RFC 9110 §15.2). */
    public static void interim(ByteWriter out, ResponseHead head) {
        statusLine(out, head.status());
        passed(out, head.fields(), head.options(), Way.BACK);
        out.put(CRLF);
    }

    /** Writes the lines after the last chunk: fields that may stand there, and the empty line (RFC 9112 §7.1.2). */
    public static void trailers(ByteWriter out, @Nullable Fields trailers) {
        if (trailers != null) {
            for (int i = 0; i < trailers.size(); i++) {
                if (TrailerFields.mayFollow(trailers.name(i))) {
                    trailers.copyLine(i, out);
                }
            }
        }
        out.put(CRLF);
    }

    private static void framing(ByteWriter out, ResponseHead head, RequestHead request, Closing closing) {
        if (closing.coding() == BodyCoding.CHUNKED) {
            out.put(CHUNKED);
        } else if (closing.coding() == BodyCoding.LENGTH && head.status() >= 200 && head.status() != 204) {
            if (head.bodyLength() >= 0 && head.status() != 101) {
                out.put(LENGTH).putDecimal(head.bodyLength()).put(CRLF);
            } else if (head.hasBody(request)) {
                throw new IllegalStateException("coding: LENGTH for a body of unknown length");
            }
        }
    }

    /** Which way a head goes. */
    enum Way {
        FORTH,
        /** For an HTTP/1.0 client, whose expectations are ignored. */
        FORTH_OF_OLD,
        BACK,
        BACK_WITH_HSTS
    }

    /** Copies what is end-to-end; says whether {@code Date} was among it. */
    private static boolean passed(ByteWriter out, Fields fields, ConnectionOptions options, Way way) {
        boolean nominating = !options.nominated().isEmpty();
        for (int i = 0; i < fields.size(); i++) {
            boolean pass = isPassed(fields, i, way);
            if (pass && !(nominating && !fields.isKept(i) && options.nominates(fields.name(i)))) {
                fields.copyLine(i, out);
            }
        }
        return fields.has(FieldNames.Kind.DATE);
    }

    /** Whether field {@code index} is end-to-end, so that it goes {@code way}. */
    static boolean isPassed(Fields fields, int index, Way way) {
        return switch (fields.kindAt(index)) {
            case PASSED, DATE, VIA -> true;
            case EXPECT -> way != Way.FORTH_OF_OLD;
            case HOP_BY_HOP, CONNECTION, TRANSFER_ENCODING, CONTENT_LENGTH, UPGRADE -> false;
            case STRICT_TRANSPORT_SECURITY -> way == Way.BACK_WITH_HSTS;
            // Of a response's fields with such names only the id is ours.
            case HOST, IDENTITY -> way.compareTo(Way.BACK) >= 0 && !fields.isNamed(index, FieldNames.X_REQUEST_ID);
        };
    }

    private static void statusLine(ByteWriter out, int status) {
        byte[] known = status < STATUS_LINES.length ? STATUS_LINES[status] : null;
        out.put(known != null ? known : ascii("HTTP/1.1 " + status + " \r\n"));
    }

    private static byte[][] statusLines() {
        byte[][] lines = new byte[600][];
        for (int status = 100; status < lines.length; status++) {
            lines[status] = ascii("HTTP/1.1 " + status + " " + ReasonPhrase.of(status) + "\r\n");
        }
        return lines;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
