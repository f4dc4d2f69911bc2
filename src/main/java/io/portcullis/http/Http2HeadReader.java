package io.portcullis.http;

import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Makes heads of blocks of fields, and refuses what is not exactly one message: the twin of {@link Http1Reader} (RFC 9113 §8). */
public final class Http2HeadReader {
    private static final int KEY_BYTES = 16;

    private Http2HeadReader() {}

    /**
     * Reads a request's head.
     *
     * @param last whether no body follows
     */
    public static Reading<RequestHead> request(
            Http2Block block, boolean last, ClientConnection client, HeadLimits limits) {
        if (block.isTooLarge()) {
            return refused(
                    FailureKind.REQUEST_HEAD_TOO_LARGE,
                    "header fields larger than limits.header-bytes or more than" + " limits.header-count");
        }
        if (block.fault() != null) {
            return refused(FailureKind.BAD_REQUEST, block.fault());
        }
        String method = block.method();
        if (method == null || !isToken(method)) {
            return refused(FailureKind.BAD_REQUEST, "missing or malformed :method");
        }
        boolean connect = method.equals("CONNECT");
        if (connect && block.protocol() == null) {
            return connect(block, client);
        }
        if (block.protocol() != null && !connect) {
            return refused(FailureKind.BAD_REQUEST, ":protocol without CONNECT");
        }
        String path = block.path();
        if (!"https".equals(block.scheme()) && !"http".equals(block.scheme()) || path == null) {
            return refused(FailureKind.BAD_REQUEST, "missing :path, or a :scheme that is neither http nor https");
        }
        if (path.length() > limits.firstLine()) {
            return refused(FailureKind.REQUEST_LINE_TOO_LONG, "a :path of " + path.length() + " bytes");
        }
        return request(block, last, client, connect ? "GET" : method, path);
    }

    private static Reading<RequestHead> request(
            Http2Block block, boolean last, ClientConnection client, String method, String path) {
        boolean upgrade = block.protocol() != null;
        boolean form = path.startsWith("/") || path.equals("*") && method.equals("OPTIONS");
        RequestTarget target = form && isTarget(path) ? RequestTarget.read(method, path) : null;
        if (target == null) {
            return refused(FailureKind.BAD_REQUEST, "malformed :path");
        }
        Authority authority = authority(block, client);
        if (authority == null) {
            return refused(FailureKind.BAD_REQUEST, "missing, malformed or contradictory :authority and Host");
        }
        Fields fields = block.fields();
        long length = length(fields, last);
        if (length < Framing.UNKNOWN) {
            return refused(
                    FailureKind.BAD_REQUEST, "malformed Content-Length, or one that the stream's end contradicts");
        }
        if (upgrade) {
            Failure fault = webSocket(block, last, length);
            if (fault != null) {
                return new Reading.Refused<>(fault);
            }
            length = RequestHead.UPGRADE_LENGTH;
        }
        return new RequestHead(method, target, authority, fields, Protocol.HTTP_2, ConnectionOptions.NONE, length);
    }

    /**
     * Reads a response's head.
     *
     * @param last whether no body follows
     */
    public static Reading<ResponseHead> response(Http2Block block, RequestHead request, boolean last) {
        if (block.isTooLarge()) {
            return refused(FailureKind.RESPONSE_HEAD_TOO_LARGE, "header fields larger than limits.header-bytes");
        }
        if (block.fault() != null) {
            return refused(FailureKind.BAD_RESPONSE, block.fault());
        }
        int status = status(block.status());
        if (status < 100 || status > 599 || status == 101) {
            return refused(FailureKind.BAD_RESPONSE, "missing or impossible :status");
        }
        Fields fields = block.fields();
        long length = Framing.ofResponse(Protocol.HTTP_2, fields);
        if (length < Framing.UNKNOWN && status >= 200 && status != 204) {
            return refused(FailureKind.BAD_RESPONSE, "malformed or repeated Content-Length");
        }
        if (status < 200 && last) {
            return refused(FailureKind.BAD_RESPONSE, "an interim response that ends the stream");
        }
        ResponseHead head = new ResponseHead(
                status, fields, ConnectionOptions.NONE, Math.max(length, Framing.UNKNOWN), Protocol.HTTP_2);
        boolean body = head.hasBody(request) && status >= 200;
        if (last && body && length > 0) {
            return refused(FailureKind.BAD_RESPONSE, "Content-Length " + length + " and no body");
        }
        return last && body && length < 0
                ? new ResponseHead(status, fields, ConnectionOptions.NONE, 0, Protocol.HTTP_2)
                : head;
    }

    /**
     * What a 200 to extended CONNECT is for whoever asked: the 101 of HTTP/1.1, with the proof that its client expects (RFC 8441 §5).
     */
    public static ResponseHead upgraded(ResponseHead head, RequestHead request) {
        String key = request.fields().first("sec-websocket-key");
        head.fields().set("Sec-WebSocket-Accept", WebSocketUpgrade.proof(key == null ? "" : key));
        return new ResponseHead(101, head.fields(), ConnectionOptions.NONE, Framing.UNKNOWN);
    }

    /** Plain CONNECT, which is then refused by its name: it has neither scheme nor path (RFC 9113 §8.5). */
    private static Reading<RequestHead> connect(Http2Block block, ClientConnection client) {
        Authority authority = authority(block, client);
        if (block.scheme() != null || block.path() != null || authority == null) {
            return refused(FailureKind.BAD_REQUEST, "malformed CONNECT");
        }
        RequestTarget target = new RequestTarget(authority.text(), null, authority);
        return new RequestHead(
                "CONNECT",
                target,
                authority,
                block.fields(),
                Protocol.HTTP_2,
                ConnectionOptions.NONE,
                RequestHead.UNKNOWN_LENGTH);
    }

    /** RFC 8441 §5: what HTTP/1.1 proves by a key, HTTP/2 needs no proof of; a backend that speaks HTTP/1.1 gets a key of ours. */
    private static @Nullable Failure webSocket(Http2Block block, boolean last, long length) {
        if (!"websocket".equals(block.protocol()) || last || length >= 0) {
            return Failure.of(FailureKind.BAD_REQUEST, "an extended CONNECT for anything but a WebSocket");
        }
        Fields fields = block.fields();
        if (!"13".equals(fields.first("sec-websocket-version"))) {
            return Failure.of(FailureKind.WEBSOCKET_VERSION, "Sec-WebSocket-Version is not 13");
        }
        byte[] key = new byte[KEY_BYTES];
        Keys.RANDOM.nextBytes(key);
        fields.set("Sec-WebSocket-Key", Base64.getEncoder().encodeToString(key));
        return null;
    }

    /** Made when the first WebSocket comes. */
    private static final class Keys {
        static final SecureRandom RANDOM = new SecureRandom();
    }

    private static long length(Fields fields, boolean last) {
        long told = Framing.ofResponse(Protocol.HTTP_2, fields);
        if (told < Framing.UNKNOWN) {
            return told;
        }
        if (last) {
            return told > 0 ? Framing.REFUSED : 0;
        }
        return told;
    }

    /** {@code :authority}, or {@code Host} where there is none; both must be the same (RFC 9113 §8.3.1). */
    private static @Nullable Authority authority(Http2Block block, ClientConnection client) {
        Fields fields = block.fields();
        String named = block.authority();
        if (!fields.has(FieldNames.Kind.HOST)) {
            return named == null ? null : client.authority(named);
        }
        java.util.List<String> hosts = fields.all(FieldNames.HOST);
        Authority host = hosts.size() == 1 ? Authority.parse(hosts.getFirst()) : null;
        if (host == null || named == null) {
            return host;
        }
        Authority authority = client.authority(named);
        boolean same = authority != null && authority.host().equals(host.host()) && authority.port() == host.port();
        return same ? authority : null;
    }

    private static int status(@Nullable String text) {
        if (text == null || text.length() != 3) {
            return -1;
        }
        int status = 0;
        for (int i = 0; i < 3; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            status = status * 10 + digit;
        }
        return status;
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!FieldSyntax.isToken((byte) text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isTarget(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!FieldSyntax.isTarget((byte) text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static <H> Reading<H> refused(FailureKind kind, String detail) {
        return new Reading.Refused<>(Failure.of(kind, detail));
    }
}
