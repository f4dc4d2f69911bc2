package io.portcullis.tls;

import io.netty.buffer.ByteBuf;

/** What the first bytes of a connection to a TLS port are. */
public enum FirstBytes {
    /** A TLS record follows; whether it is sound is for the TLS library to say. */
    TLS,
    /** A plain HTTP request: it deserves an answer that says where to go. */
    HTTP,
    /** Neither. */
    FOREIGN,
    /** Too few bytes to tell. */
    UNDECIDED;

    private static final int HANDSHAKE = 22;
    private static final int ALERT = 21;
    private static final int MAJOR_VERSION = 3;
    /** Methods of RFC 9110 §9.3 and RFC 5789, and HTTP/2's preface (RFC 9113 §3.4), as they begin a request line. */
    private static final String[] METHODS = {
        "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ", "TRACE ", "PRI * HTTP/2.0"
    };

    /** Borrows {@code in} and leaves its indices alone; looks at no more than 14 bytes. */
    public static FirstBytes of(ByteBuf in) {
        if (!in.isReadable()) {
            return UNDECIDED;
        }
        int first = in.getUnsignedByte(in.readerIndex());
        if (first == HANDSHAKE || first == ALERT) {
            if (in.readableBytes() < 2) {
                return UNDECIDED;
            }
            return in.getUnsignedByte(in.readerIndex() + 1) == MAJOR_VERSION ? TLS : FOREIGN;
        }
        FirstBytes best = FOREIGN;
        for (String method : METHODS) {
            int common = commonPrefix(in, method);
            if (common == method.length()) {
                return HTTP;
            }
            if (common == in.readableBytes()) {
                best = UNDECIDED;
            }
        }
        return best;
    }

    private static int commonPrefix(ByteBuf in, String text) {
        int most = Math.min(in.readableBytes(), text.length());
        int i = 0;
        while (i < most && in.getByte(in.readerIndex() + i) == text.charAt(i)) {
            i++;
        }
        return i;
    }
}
