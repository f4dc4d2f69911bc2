package io.portcullis.testkit;

import java.io.IOException;

/** What an {@link Http2Origin} does with one request; runs on a thread of its own from the request's head on. */
@FunctionalInterface
public interface Http2Script {
    void answer(Http2Turn turn) throws IOException;
}
