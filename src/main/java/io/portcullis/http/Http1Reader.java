package io.portcullis.http;

import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes heads of their lines, and refuses what is not exactly one message. */
public final class Http1Reader {
    private static final int HTTP_1_1 = 11;
    private static final int HTTP_1_0 = 10;

    private Http1Reader() {}

    /** Reads a request's head. */
    public static Reading<RequestHead> request(HeadParser lines, ClientConnection client) throws MalformedMessage {
        int methodAt = lines.token("method");
        String method = lines.text(methodAt, lines.position() - 1);
        int targetAt = lines.target();
        String targetText = lines.text(targetAt, lines.position() - 1);
        int version = lines.version();
        lines.lineEnd();
        if (version != HTTP_1_1 && version != HTTP_1_0) {
            return refused(FailureKind.UNSUPPORTED_HTTP_VERSION, "HTTP version " + version / 10 + "." + version % 10);
        }
        Protocol protocol = version == HTTP_1_1 ? Protocol.HTTP_1_1 : Protocol.HTTP_1_0;
        Fields fields = lines.fields();
        RequestTarget target = RequestTarget.read(method, targetText);
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
        ConnectionOptions options = ConnectionOptions.of(fields);
        if (WebSocketUpgrade.isAskedFor(fields, options)) {
            Failure fault = WebSocketUpgrade.fault(method, protocol, fields, length);
            if (fault != null) {
                return new Reading.Refused<>(fault);
            }
            length = RequestHead.UPGRADE_LENGTH;
        }
        return new RequestHead(method, target, authority, fields, protocol, options, length);
    }

    /** Reads a response's head. */
    public static Reading<ResponseHead> response(HeadParser lines) throws MalformedMessage {
        int version = lines.version();
        int status = lines.status();
        lines.lineEnd();
        if (version / 10 != 1 || status < 100 || status > 599) {
            return refused(FailureKind.BAD_RESPONSE, "status " + status + " in HTTP/" + version / 10);
        }
        // A minor version above ours is answered to as ours (RFC 9110 §2.5).
        Protocol protocol = version == HTTP_1_0 ? Protocol.HTTP_1_0 : Protocol.HTTP_1_1;
        Fields fields = lines.fields();
        long length = Framing.ofResponse(protocol, fields);
        boolean mayHaveBody = status >= 200 && status != 204;
        if (length < Framing.UNKNOWN && mayHaveBody) {
            return refused(FailureKind.BAD_RESPONSE, "contradictory or malformed Content-Length or Transfer-Encoding");
        }
        ConnectionOptions options = ConnectionOptions.of(fields);
        if (protocol == Protocol.HTTP_1_0 && !options.keepAlive() && !options.close()) {
            options = new ConnectionOptions(true, false, false, options.nominated());
        }
        return new ResponseHead(status, fields, options, Math.max(length, Framing.UNKNOWN), protocol);
    }

    /** How the decoder finds the end of the body that follows {@code head} in answer to {@code request}. */
    public static long bodyLength(ResponseHead head, RequestHead request) {
        if (!head.hasBody(request)) {
            return 0;
        }
        if (head.status() == 101) {
            return Http1Decoder.UNTIL_CLOSE;
        }
        if (head.bodyLength() >= 0) {
            return head.bodyLength();
        }
        return head.fields().has(FieldNames.Kind.TRANSFER_ENCODING) ? Http1Decoder.CHUNKED : Http1Decoder.UNTIL_CLOSE;
    }

    /** Whether a 101 is the right answer to {@code request} (rules E02, E08). */
    public static boolean isUpgraded(ResponseHead head, RequestHead request) {
        return request.isUpgrade() && WebSocketUpgrade.isAccepted(request, head);
    }

    private static <H> Reading<H> refused(FailureKind kind, String detail) {
        return new Reading.Refused<>(Failure.of(kind, detail));
    }

    private static @Nullable Authority authority(
            RequestTarget target, Fields fields, Protocol protocol, ClientConnection client) {
        if (!fields.has(FieldNames.Kind.HOST)) {
            if (protocol == Protocol.HTTP_1_1) {
                return null;
            }
            return target.authority() != null ? target.authority() : Authority.NONE;
        }
        List<String> hosts = fields.all(FieldNames.HOST);
        Authority named = hosts.size() == 1 ? client.authority(hosts.getFirst()) : null;
        return named != null && target.authority() != null ? target.authority() : named;
    }

    /** What broke a connection, for the log; short. */
    public static String describe(@Nullable Throwable cause) {
        String text = cause == null ? "" : cause.getMessage();
        String what = text == null || text.isEmpty() ? String.valueOf(cause) : text;
        return what.length() > 160 ? what.substring(0, 160) : what;
    }
}
