package io.portcullis.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes heads of what the HTTP/1.1 decoder read, and refuses what is not exactly one message. */
public final class Http1Reader {
    private final int maxFields;

    /** @param maxFields most header fields of one message */
    public Http1Reader(int maxFields) {
        this.maxFields = maxFields;
    }

    /** Reads a request's head. */
    public Reading<RequestHead> request(HttpRequest message, ClientConnection client) {
        Fields fields = Fields.of(message.headers());
        Failure undecoded = undecoded(message, fields, true);
        if (undecoded != null) {
            return new Reading.Refused<>(undecoded);
        }
        Protocol protocol = protocol(message.protocolVersion());
        if (protocol == null) {
            return refused(
                    FailureKind.UNSUPPORTED_HTTP_VERSION,
                    message.protocolVersion().text() + " (known: HTTP/1.0, HTTP/1.1)");
        }
        if (fields.size() > maxFields) {
            return refused(
                    FailureKind.REQUEST_HEAD_TOO_LARGE, fields.size() + " header fields (limit " + maxFields + ")");
        }
        String method = message.method().name();
        RequestTarget target = RequestTarget.parse(method, message.uri());
        if (target == null) {
            return refused(FailureKind.BAD_REQUEST, "malformed request target");
        }
        long length = Framing.ofRequest(protocol, fields);
        if (length < Framing.UNKNOWN) {
            return length == Framing.UNKNOWN_CODING
                    ? refused(FailureKind.UNKNOWN_TRANSFER_CODING, "a transfer coding other than chunked")
                    : refused(
                            FailureKind.BAD_REQUEST, "contradictory or malformed Content-Length or Transfer-Encoding");
        }
        Authority authority = authority(target, fields, protocol, client);
        if (authority == null) {
            return refused(FailureKind.BAD_REQUEST, "missing, repeated or malformed Host");
        }
        return new RequestHead(method, target, authority, fields, protocol, ConnectionOptions.of(fields), length);
    }

    /** Reads a response's head. */
    public Reading<ResponseHead> response(HttpResponse message) {
        Fields fields = Fields.of(message.headers());
        Failure undecoded = undecoded(message, fields, false);
        if (undecoded != null) {
            return new Reading.Refused<>(undecoded);
        }
        Protocol protocol = protocol(message.protocolVersion());
        int status = message.status().code();
        if (protocol == null || status < 100 || status > 599) {
            return refused(FailureKind.BAD_RESPONSE, "status line " + message.protocolVersion() + " " + status);
        }
        if (fields.size() > maxFields) {
            return refused(
                    FailureKind.RESPONSE_HEAD_TOO_LARGE, fields.size() + " header fields (limit " + maxFields + ")");
        }
        long length = Framing.ofResponse(protocol, fields);
        if (length < Framing.UNKNOWN && status >= 200 && status != 204) {
            return refused(FailureKind.BAD_RESPONSE, "contradictory or malformed Content-Length or Transfer-Encoding");
        }
        ConnectionOptions options = ConnectionOptions.of(fields);
        if (protocol == Protocol.HTTP_1_0 && !options.keepAlive() && !options.close()) {
            options = new ConnectionOptions(true, false, false, options.nominated());
        }
        return new ResponseHead(status, fields, options, Math.max(length, Framing.UNKNOWN));
    }

    private static <H> Reading<H> refused(FailureKind kind, String detail) {
        return new Reading.Refused<>(Failure.of(kind, detail));
    }

    private static @Nullable Authority authority(
            RequestTarget target, Fields fields, Protocol protocol, ClientConnection client) {
        String host = fields.first(FieldNames.HOST);
        if (host == null) {
            if (protocol == Protocol.HTTP_1_1) {
                return null;
            }
            return target.authority() != null ? target.authority() : Authority.NONE;
        }
        List<String> hosts = fields.all(FieldNames.HOST);
        Authority named = hosts.size() == 1 ? client.authority(host) : null;
        return named != null && target.authority() != null ? target.authority() : named;
    }

    private static @Nullable Protocol protocol(HttpVersion version) {
        if (version.equals(HttpVersion.HTTP_1_1)) {
            return Protocol.HTTP_1_1;
        }
        return version.equals(HttpVersion.HTTP_1_0) ? Protocol.HTTP_1_0 : null;
    }

    private static @Nullable Failure undecoded(HttpMessage message, Fields fields, boolean request) {
        DecoderResult result = message.decoderResult();
        if (result.isSuccess()) {
            return null;
        }
        Throwable cause = result.cause();
        if (cause instanceof TooLongHttpLineException) {
            return Failure.of(
                    request ? FailureKind.REQUEST_LINE_TOO_LONG : FailureKind.BAD_RESPONSE,
                    "the first line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Failure.of(
                    request ? FailureKind.REQUEST_HEAD_TOO_LARGE : FailureKind.RESPONSE_HEAD_TOO_LARGE,
                    "the header fields are too large");
        }
        if (request && Framing.ofRequest(Protocol.HTTP_1_1, fields) == Framing.UNKNOWN_CODING) {
            return Failure.of(FailureKind.UNKNOWN_TRANSFER_CODING, "a transfer coding other than chunked");
        }
        return Failure.of(request ? FailureKind.BAD_REQUEST : FailureKind.BAD_RESPONSE, describe(cause));
    }

    /** What the decoder disliked; its text may quote the peer's bytes, so it is for the log alone, and short. */
    public static String describe(@Nullable Throwable cause) {
        String text = cause == null ? "" : cause.getMessage();
        String what = text == null || text.isEmpty() ? "undecodable" : text;
        return what.length() > 160 ? what.substring(0, 160) : what;
    }
}
