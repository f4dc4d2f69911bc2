package io.portcullis.http;

import io.portcullis.net.FailureKind;

/** Leaves the depth of a parser; never leaves the decoder. Has no stack: it is the peer's mistake, not ours. */
public final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureKind kind;
    private final String detail;

    MalformedMessage(FailureKind kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
        this.detail = detail;
    }

    FailureKind kind() {
        return kind;
    }

    String detail() {
        return detail;
    }
}
