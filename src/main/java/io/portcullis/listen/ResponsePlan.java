package io.portcullis.listen;

import io.portcullis.http.Http1Outlet;
import io.portcullis.http.Http1Writer;
import io.portcullis.http.Http1Writer.BodyCoding;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.Peer;
import org.jspecify.annotations.Nullable;

/**
 * How one response is sent over HTTP/1.1 (RFC 9112 §6.3, §9.3).
 *
 * @param coding how its body ends
 * @param hasBody whether any byte of a body follows
 * @param close whether the connection closes after it
 */
record ResponsePlan(BodyCoding coding, boolean hasBody, boolean close) {
    /** @param mustClose whether the connection cannot be kept, whatever the response says */
    static ResponsePlan of(RequestHead request, ResponseHead answer, boolean mustClose) {
        BodyCoding coding = coding(request, answer);
        boolean old = request.protocol() == Protocol.HTTP_1_0;
        boolean asked = request.options().close() || old && !request.options().keepAlive();
        boolean close = mustClose || asked || answer.isLast() || coding == BodyCoding.UNTIL_CLOSE;
        return new ResponsePlan(coding, answer.hasBody(request) && answer.bodyLength() != 0, close);
    }

    boolean isChunked() {
        return coding == BodyCoding.CHUNKED;
    }

    /** Bytes that may be sent without chunks. */
    long length(ResponseHead answer) {
        if (!hasBody) {
            return 0;
        }
        return answer.bodyLength() >= 0 ? answer.bodyLength() : Http1Outlet.UNTIL_CLOSE;
    }

    /** What is said beside the head. */
    Http1Writer.Closing closing(RequestHead request, Peer peer, @Nullable String id) {
        boolean keepAlive = !close && request.protocol() == Protocol.HTTP_1_0;
        @Nullable String own = hsts(request, peer);
        // Never two: ours takes the place of the backend's (rule Z04).
        boolean backendHsts = peer.isSecure() && own == null;
        return new Http1Writer.Closing(coding, close, keepAlive, id, own, backendHsts);
    }

    /** Not for IP literals (RFC 6797 §8.1), nor where no host was named. */
    private static @Nullable String hsts(RequestHead request, Peer peer) {
        boolean named =
                !request.authority().isAddress() && !request.authority().host().isEmpty();
        return peer.tls() != null && named ? peer.tls().hsts().get() : null;
    }

    private static BodyCoding coding(RequestHead request, ResponseHead answer) {
        if (!answer.hasBody(request) || answer.bodyLength() >= 0) {
            return BodyCoding.LENGTH;
        }
        boolean chunks = request.protocol() == Protocol.HTTP_1_1 && answer.status() != 101;
        return chunks ? BodyCoding.CHUNKED : BodyCoding.UNTIL_CLOSE;
    }
}
