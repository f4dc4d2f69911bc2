package io.portcullis.config;

import org.jspecify.annotations.Nullable;

/**
 * One test that the operator wrote into the configuration ({@code expect}): what must become of a request.
 *
 * @param text as written
 * @param from the client's address; null for somebody
 * @param field a header field, {@code Name: value}; null for none
 */
public record Expectation(
        String text,
        String method,
        String url,
        @Nullable String from,
        @Nullable String field,
        Wanted wanted,
        SourceLine where) {

    /** What must come of it. */
    public sealed interface Wanted {
        /** We answer with it; where {@code location} is not null, to this very address. */
        record Status(int status, @Nullable String location) implements Wanted {}

        /** It goes to this upstream. */
        record Upstream(String name) implements Wanted {}

        /** The route of this name takes it. */
        record Route(String name) implements Wanted {}

        /** There is no connection: no listener, or no certificate for the name. */
        record Refused() implements Wanted {}
    }
}
