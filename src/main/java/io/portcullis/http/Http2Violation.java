package io.portcullis.http;

/** What a peer did that ends its HTTP/2 connection (RFC 9113 §5.4.1). Has no stack: it is the peer's mistake. */
public final class Http2Violation extends Exception {
    private static final long serialVersionUID = 1L;

    private final Http2Code code;
    private final String flood;

    Http2Violation(Http2Code code, String detail) {
        this(code, detail, "");
    }

    private Http2Violation(Http2Code code, String detail, String flood) {
        super(detail, null, false, false);
        this.code = code;
        this.flood = flood;
    }

    /** Too much of something that is legal: {@code kind} is its word in the meter. */
    static Http2Violation flood(String kind, String detail) {
        return new Http2Violation(Http2Code.ENHANCE_YOUR_CALM, detail, kind);
    }

    static Http2Violation protocol(String detail) {
        return new Http2Violation(Http2Code.PROTOCOL_ERROR, detail);
    }

    static Http2Violation frameSize(String detail) {
        return new Http2Violation(Http2Code.FRAME_SIZE_ERROR, detail);
    }

    public Http2Code code() {
        return code;
    }

    /** The kind of flood it is; empty where it is none. */
    public String flood() {
        return flood;
    }
}
