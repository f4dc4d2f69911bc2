package io.portcullis.net;

/**
 * A sink that uses up each chunk as it comes, so that nobody waits for it. Whoever is one bounds what it keeps by itself, and cancels
 * the source where that is too much.
 */
@OnLoop
public interface EagerSink extends ByteSink {
    @Override
    default void flush() {
        // Nothing waits.
    }

    @Override
    default boolean isFull() {
        return false;
    }

    @Override
    default void onDrained(Runnable then) {
        then.run();
    }
}
