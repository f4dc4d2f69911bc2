package io.portcullis.http;

import org.jspecify.annotations.Nullable;

/** The head of a request: the parts of RFC 9110, whatever version brought them. */
@io.portcullis.net.OnLoop
public final class RequestHead implements Reading<RequestHead> {
    /** {@link #bodyLength()} of a body whose end only its coding tells. */
    public static final long UNKNOWN_LENGTH = -1;

    /** {@link #bodyLength()} of a request that asks for an upgrade. */
    static final long UPGRADE_LENGTH = -2;

    private final String method;
    private RequestTarget target;
    private final Authority authority;
    private final Fields fields;
    private final Protocol protocol;
    private final ConnectionOptions options;
    private final long bodyLength;
    private @Nullable Fields trailers;
    private ClaimedNames claimed = ClaimedNames.NONE;
    private @Nullable RequestHead origin;

    public RequestHead(
            String method,
            RequestTarget target,
            Authority authority,
            Fields fields,
            Protocol protocol,
            ConnectionOptions options,
            long bodyLength) {
        this.method = method;
        this.target = target;
        this.authority = authority;
        this.fields = fields;
        this.protocol = protocol;
        this.options = options;
        this.bodyLength = bodyLength;
    }

    /**
     * This request as it is sent on, with another target and other fields; its body is that of this, and so is what follows it.
     *
     * @param ours what of that does not go on, in any spelling: names by which the other fields say all there is to say
     */
    public RequestHead forwardedAs(RequestTarget otherTarget, Fields otherFields, ClaimedNames ours) {
        RequestHead forwarded =
                new RequestHead(method, otherTarget, authority, otherFields, protocol, options, bodyLength);
        forwarded.origin = this;
        forwarded.claimed = ours;
        return forwarded;
    }

    public String method() {
        return method;
    }

    public RequestTarget target() {
        return target;
    }

    /** Set by routing before anything is forwarded, where the route's policy changes the path. */
    public void target(RequestTarget settled) {
        target = settled;
    }

    /** Shorthand for the target's path. */
    public String path() {
        return target.path();
    }

    /** The host asked for; {@link Authority#NONE} in an HTTP/1.0 request that names none. */
    public Authority authority() {
        return authority;
    }

    /** As they came, hop-by-hop fields too. */
    public Fields fields() {
        return fields;
    }

    public Protocol protocol() {
        return protocol;
    }

    /** What {@code Connection} said; {@link ConnectionOptions#NONE} in HTTP/2. */
    public ConnectionOptions options() {
        return options;
    }

    /** Bytes of the body; 0 for none, negative where only its end tells. */
    public long bodyLength() {
        return bodyLength;
    }

    /**
     * Whether it asks, rightly, to turn the connection into a WebSocket. Then its body is what the client sends after the answer
     * 101, without framing and without end; after any other answer there is none.
     */
    public boolean isUpgrade() {
        return bodyLength == UPGRADE_LENGTH;
    }

    public boolean isHead() {
        return method.equals("HEAD");
    }

    /** The {@code Expect} value; null where there is none, as nearly always, and in HTTP/1.0, where it says nothing (RFC 9110 §10.1.1). */
    public @Nullable String expectation() {
        return fields.has(FieldNames.Kind.EXPECT) && protocol != Protocol.HTTP_1_0
                ? fields.first(FieldNames.EXPECT)
                : null;
    }

    /** Whether repeating it changes nothing (RFC 9110 §9.2.2). */
    public boolean isIdempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE" -> true;
            default -> false;
        };
    }

    /** The fields that followed the body; null where there were none, or the body has not ended. */
    public @Nullable Fields trailers() {
        Fields came = origin == null ? trailers : origin.trailers();
        if (origin == null || came == null || claimed.isEmpty()) {
            return came;
        }
        Fields passed = came.copy();
        claimed.strip(passed);
        return passed;
    }

    /** Removes what the client sent by {@code names}, in the head now, and after the body when it comes. */
    void claim(ClaimedNames names) {
        claimed = claimed.and(names);
        names.strip(fields);
        if (trailers != null) {
            names.strip(trailers);
        }
    }

    /** Set by the front before it ends the body. */
    public void trailers(Fields after) {
        trailers = TrailerFields.without(options, after);
        claimed.strip(trailers);
    }
}
