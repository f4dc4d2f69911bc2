package io.portcullis.soak;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** When visits may happen: begins, holds for a look at what is left, goes on, ends. */
final class Pace {
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean held;
    private int inside;

    /** Waits while held; false once it is over. */
    synchronized boolean enter() throws InterruptedException {
        while (held && !isOver()) {
            wait();
        }
        if (isOver()) {
            return false;
        }
        inside++;
        return true;
    }

    synchronized void leave() {
        inside--;
        notifyAll();
    }

    /** Lets nobody in, and waits until everybody is out; false where some are still in after {@code seconds}. */
    synchronized boolean hold(int seconds) throws InterruptedException {
        held = true;
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (inside > 0 && System.nanoTime() < deadlineNanos) {
            wait(100);
        }
        return inside == 0;
    }

    synchronized void resume() {
        held = false;
        notifyAll();
    }

    synchronized void end() {
        over.countDown();
        notifyAll();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Lets so much time pass, or less where the soak ends; says whether it has. */
    boolean pass(int millis) {
        try {
            return over.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("pace: interrupted (expected: left alone to wait)", e);
        }
    }
}
