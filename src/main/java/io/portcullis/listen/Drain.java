package io.portcullis.listen;

/** Tells a connection to end as soon as nobody is hurt: after the exchange that runs, or after a moment without one. */
enum Drain {
    EVENT
}
