package io.portcullis.listen;

/** What a connection is told when the process, or its listener, ends. */
enum Drain {
    /** End as soon as nobody is hurt: after the exchange that runs, or after a moment without one. */
    SOON,
    /** The time for that is over. */
    NOW
}
