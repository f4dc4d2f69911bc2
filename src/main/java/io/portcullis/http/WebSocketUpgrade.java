package io.portcullis.http;

import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake of WebSocket over HTTP/1.1 (RFC 6455 §4), as far as a proxy must hold both sides to it: whoever believes in
 * an upgrade that the other side did not make can be made to read one user's bytes as another's request.
 */
final class WebSocketUpgrade {
    private static final String PROTOCOL = "websocket";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_LENGTH = 24;

    private WebSocketUpgrade() {}

    /** Whether a request asks for WebSocket; asking for anything else, h2c for instance, is not passed on (rule E10). */
    static boolean isAskedFor(Fields fields, ConnectionOptions options) {
        if (!options.upgrade() || !fields.has(FieldNames.Kind.UPGRADE)) {
            return false;
        }
        List<String> protocols = fields.all("upgrade");
        return protocols.size() == 1 && protocols.getFirst().strip().equalsIgnoreCase(PROTOCOL);
    }

    /** What is wrong with a request that asks for WebSocket (rules E08, E09); null where nothing is. */
    static @Nullable Failure fault(String method, Protocol protocol, Fields fields, long bodyLength) {
        if (!method.equals("GET") || protocol != Protocol.HTTP_1_1 || bodyLength != 0) {
            return Failure.of(FailureKind.BAD_REQUEST, "an upgrade to WebSocket needs GET, HTTP/1.1 and no body");
        }
        List<String> versions = fields.all("sec-websocket-version");
        if (versions.size() != 1 || !versions.getFirst().equals("13")) {
            return Failure.of(FailureKind.WEBSOCKET_VERSION, "Sec-WebSocket-Version is not 13");
        }
        List<String> keys = fields.all("sec-websocket-key");
        if (keys.size() != 1 || keys.getFirst().length() != KEY_LENGTH) {
            return Failure.of(FailureKind.BAD_REQUEST, "Sec-WebSocket-Key is missing, repeated or malformed");
        }
        return null;
    }

    /** Whether a 101 is the answer to this request: the protocol that was asked for, and the proof that the key was read. */
    static boolean isAccepted(RequestHead request, ResponseHead answer) {
        String key = request.fields().first("sec-websocket-key");
        List<String> proofs = answer.fields().all("sec-websocket-accept");
        return key != null
                && isAskedFor(answer.fields(), answer.options())
                && proofs.size() == 1
                && proofs.getFirst().equals(proof(key));
    }

    static String proof(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
