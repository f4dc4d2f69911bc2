package io.portcullis.http;

import io.portcullis.net.FailureKind;

/**
 * How large a head may be, and what one is called that is larger.
 *
 * @param firstLine bytes of the request or status line, without its CRLF
 * @param headerBytes bytes of all fields with their CRLFs
 * @param headerCount fields
 */
public record HeadLimits(
        int firstLine,
        int headerBytes,
        int headerCount,
        FailureKind lineTooLong,
        FailureKind headTooLarge,
        FailureKind malformed) {
    /** For what clients send. */
    public static HeadLimits ofRequests(int firstLine, int headerBytes, int headerCount) {
        return new HeadLimits(
                firstLine,
                headerBytes,
                headerCount,
                FailureKind.REQUEST_LINE_TOO_LONG,
                FailureKind.REQUEST_HEAD_TOO_LARGE,
                FailureKind.BAD_REQUEST);
    }

    /** For what endpoints send. */
    public static HeadLimits ofResponses(int firstLine, int headerBytes, int headerCount) {
        return new HeadLimits(
                firstLine,
                headerBytes,
                headerCount,
                FailureKind.BAD_RESPONSE,
                FailureKind.RESPONSE_HEAD_TOO_LARGE,
                FailureKind.BAD_RESPONSE);
    }

    boolean isRequest() {
        return malformed == FailureKind.BAD_REQUEST;
    }

    MalformedMessage bad(String detail) {
        return new MalformedMessage(malformed, detail);
    }
}
