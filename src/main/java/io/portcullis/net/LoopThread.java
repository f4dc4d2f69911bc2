package io.portcullis.net;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;

/** The thread of an event loop; what belongs to the loop's turns is found by a check of the thread's class. */
final class LoopThread extends FastThreadLocalThread {
    private final LoopClock clock = new LoopClock();
    private final LoopTurn turn = new LoopTurn(clock);

    private LoopThread(ThreadGroup group, Runnable work, String name) {
        super(group, work, name);
    }

    LoopClock clock() {
        return clock;
    }

    LoopTurn turn() {
        return turn;
    }

    /** Makes them. */
    static final class Factory extends DefaultThreadFactory {
        Factory(String name) {
            super(name);
        }

        @Override
        protected Thread newThread(Runnable work, String name) {
            return new LoopThread(threadGroup, work, name);
        }
    }
}
