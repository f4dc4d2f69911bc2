package io.portcullis.net;

/**
 * Why bytes stopped moving early. A value: handed on by callbacks, never thrown across one.
 *
 * @param detail one sentence for the log; never shown to clients
 * @param untouched whether it is certain that the peer processed nothing of what was sent (RFC 9110 §9.2.2)
 */
public record Failure(FailureKind kind, String detail, boolean untouched) {
    /** A failure after which the peer may have acted on what it got. */
    public static Failure of(FailureKind kind, String detail) {
        return new Failure(kind, detail, false);
    }

    /** A failure before the peer got anything. */
    public static Failure untouched(FailureKind kind, String detail) {
        return new Failure(kind, detail, true);
    }
}
