package io.portcullis.config;

/**
 * What a route does with paths that backends read in more than one way ({@code path-policy}).
 *
 * <p>Whatever it says, {@code %00}, backslashes and dot segments beside one of these are refused, and so is a path that would
 * belong to another route in one of its readings.
 *
 * @param encodedSlash {@code %2F} and {@code %5C}: {@code KEEP}, {@code REJECT}, or {@code NORMALISE} for {@code decode}, which
 *     makes {@code %2F} a slash and refuses {@code %5C}
 * @param doubleSlash {@code //}: {@code KEEP}, {@code REJECT}, or {@code NORMALISE} for {@code merge}
 * @param semicolon {@code ;} and {@code %3B}: {@code KEEP} or {@code REJECT}
 * @param encodedDelimiters {@code %25}, {@code %23} and {@code %3F}: {@code KEEP} or {@code REJECT}
 * @param dotSegments {@code REJECT}, or {@code NORMALISE} for {@code resolve} (RFC 3986 §5.2.4)
 */
public record PathPolicy(
        Treatment encodedSlash,
        Treatment doubleSlash,
        Treatment semicolon,
        Treatment encodedDelimiters,
        Treatment dotSegments) {
    /** What is done with one of them. */
    public enum Treatment {
        /** The path passes as it came. */
        KEEP,
        /** 400. */
        REJECT,
        /** Brought into the plain form, before anything is matched for good. */
        NORMALISE
    }
}
