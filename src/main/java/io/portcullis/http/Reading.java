package io.portcullis.http;

import io.portcullis.net.Failure;

/** What came of reading a head: the head itself, or why it was refused. */
public sealed interface Reading<H> permits RequestHead, ResponseHead, Reading.Refused {
    /** A head that is not to be acted on. */
    record Refused<H>(Failure why) implements Reading<H> {}
}
