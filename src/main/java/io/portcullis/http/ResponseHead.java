package io.portcullis.http;

import org.jspecify.annotations.Nullable;

/** The head of a response: the parts of RFC 9110, whatever version brought them. */
@io.portcullis.net.OnLoop
public final class ResponseHead implements Reading<ResponseHead> {
    /** {@link #bodyLength()} of a body whose end only its coding or the connection's end tells. */
    public static final long UNKNOWN_LENGTH = -1;

    private final int status;
    private final Fields fields;
    private final ConnectionOptions options;
    private final long bodyLength;
    private final Protocol protocol;
    private @Nullable Fields trailers;
    private ClaimedNames claimed = ClaimedNames.NONE;
    private boolean last;

    /**
     * @param status 100 to 999
     * @param bodyLength bytes of the body; {@link #UNKNOWN_LENGTH} where only its end tells. For HEAD, 204 and 304 the length
     *     that {@code Content-Length} told, or {@code UNKNOWN_LENGTH} where it told none: no body follows
     */
    public ResponseHead(int status, Fields fields, ConnectionOptions options, long bodyLength) {
        this(status, fields, options, bodyLength, Protocol.HTTP_1_1);
    }

    /** @param protocol the version that brought it, for {@code Via} */
    ResponseHead(int status, Fields fields, ConnectionOptions options, long bodyLength, Protocol protocol) {
        this.protocol = protocol;
        this.status = status;
        this.fields = fields;
        this.options = options;
        this.bodyLength = bodyLength;
    }

    public int status() {
        return status;
    }

    public Fields fields() {
        return fields;
    }

    /** What {@code Connection} said; {@link ConnectionOptions#NONE} in HTTP/2. */
    public ConnectionOptions options() {
        return options;
    }

    public long bodyLength() {
        return bodyLength;
    }

    /** The version that brought it (RFC 9110 §7.6.3). */
    public Protocol protocol() {
        return protocol;
    }

    /** A head of our own, without fields yet. */
    public static ResponseHead of(int status, long bodyLength) {
        return new ResponseHead(status, Fields.create(), ConnectionOptions.NONE, bodyLength);
    }

    /** Whether it is an interim response (RFC 9110 §15.2); 101 is none, it is the last that HTTP says. */
    public boolean isInterim() {
        return status < 200 && status != 101;
    }

    /** Whether a body can follow it in answer to {@code request} (RFC 9112 §6.3 rule 1). */
    public boolean hasBody(RequestHead request) {
        return status == 101 || !request.isHead() && status >= 200 && status != 204 && status != 304;
    }

    /** Whether we say, of an answer of our own, that the client's connection is over after it. */
    public boolean isLast() {
        return last;
    }

    void markLast() {
        last = true;
    }

    /** The fields that followed the body; null where there were none, or the body has not ended. */
    public @Nullable Fields trailers() {
        return trailers;
    }

    /** Set by the call before it ends the body. */
    public void trailers(Fields after) {
        trailers = TrailerFields.without(options, after);
        claimed.strip(trailers);
    }

    /** Nothing by {@code names}, in any spelling, may follow the body. */
    public void claimTrailers(ClaimedNames names) {
        claimed = claimed.and(names);
        if (trailers != null) {
            names.strip(trailers);
        }
    }
}
