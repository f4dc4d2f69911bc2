package io.portcullis.http;

/** Why an HTTP/2 stream or connection ended, as frames carry it (RFC 9113 §7). The ordinal is the code. */
public enum Http2Code {
    NO_ERROR,
    PROTOCOL_ERROR,
    INTERNAL_ERROR,
    FLOW_CONTROL_ERROR,
    SETTINGS_TIMEOUT,
    STREAM_CLOSED,
    FRAME_SIZE_ERROR,
    REFUSED_STREAM,
    CANCEL,
    COMPRESSION_ERROR,
    CONNECT_ERROR,
    ENHANCE_YOUR_CALM,
    INADEQUATE_SECURITY,
    HTTP_1_1_REQUIRED;

    private static final Http2Code[] ALL = values();

    /** The number that frames carry. */
    @SuppressWarnings("EnumOrdinal") // the order is the RFC's
    public int number() {
        return ordinal();
    }

    /** The code that a peer sent; unknown ones count as {@link #INTERNAL_ERROR} (RFC 9113 §7). */
    static Http2Code of(int number) {
        return number >= 0 && number < ALL.length ? ALL[number] : INTERNAL_ERROR;
    }
}
