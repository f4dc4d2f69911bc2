package io.portcullis.net;

/** Bytes that arrive. All calls on one event loop. */
@OnLoop
public interface ByteSource {
    /**
     * Starts the flow: what was held and what follows goes into {@code sink}, which hears of the end. At most once.
     *
     * <p>What was held is not flushed: within a read the read's end does that, so that a head and its first bytes leave together;
     * elsewhere the caller does.
     */
    void into(ByteSink sink);

    /** Asks for no more bytes; what has already been read may still arrive. */
    void pause();

    /** Ends {@link #pause()}. */
    void resume();

    /** Nobody wants the rest; the source frees what it holds and decides what becomes of its connection. */
    void cancel(Failure why);
}
