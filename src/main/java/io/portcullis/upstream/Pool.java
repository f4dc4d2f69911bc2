package io.portcullis.upstream;

import io.portcullis.net.Loop;

/** One loop's connections to one endpoint, and who waits for one. */
@io.portcullis.net.OnLoop
sealed interface Pool permits Http1Pool, Http2Pool {
    Loop loop();

    /**
     * Asks for a call.
     *
     * @param fresh whether it must not be on a connection that has been idle
     */
    void acquire(boolean fresh, CallTaker taker);

    /**
     * Has {@code least} connections open, whatever runs on them, where that is allowed; says whether they were already.
     *
     * @param teller is refused where one cannot be made
     */
    boolean keep(int least, CallTaker teller);

    /** Another connection may be dialled: somewhere one was closed. */
    void serveWaiting();

    /** Another loop's exchange waits: an idle connection is worth less than its turn. */
    void makeRoom();

    /** Sends away those who were let wait for what is no longer to be had. */
    void reconsider();

    /** Keeps nothing from now on. */
    void retire();
}
