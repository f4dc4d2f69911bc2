package io.portcullis.net;

import org.jspecify.annotations.Nullable;

/**
 * Why bytes stopped moving early. A value: handed on by callbacks, never thrown across one.
 *
 * @param detail one sentence for the log; never shown to clients
 * @param untouched whether it is certain that the peer processed nothing of what was sent (RFC 9110 §9.2.2)
 * @param cause what was met last, where {@code kind} says what that means; null where it was {@code kind}
 */
public record Failure(FailureKind kind, String detail, boolean untouched, @Nullable FailureKind cause) {
    /** A failure after which the peer may have acted on what it got. */
    public static Failure of(FailureKind kind, String detail) {
        return new Failure(kind, detail, false, null);
    }

    /** A failure before the peer got anything. */
    public static Failure untouched(FailureKind kind, String detail) {
        return new Failure(kind, detail, true, null);
    }

    /** What this failure means, seen from further away. */
    public Failure meaning(FailureKind wider, String said) {
        return new Failure(wider, said + "; " + kind.tag() + ": " + detail, untouched, kind);
    }
}
