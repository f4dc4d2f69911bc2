package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class LoopClockTest {
    @Test
    void withinATurnTheTimeIsReadOnceForSixteenUses() throws Exception {
        List<Long> read = onLoop(() -> {
            LoopTurn turn = LoopTurn.ofThread();
            turn.begins();
            List<Long> times = new ArrayList<>();
            for (int use = 0; use <= LoopClock.USES; use++) {
                times.add(waitFor(LoopClock.nanos()));
            }
            turn.ends();
            return times;
        });

        assertThat(read.subList(0, LoopClock.USES)).containsOnly(read.getFirst());
        assertThat(read.getLast()).isGreaterThan(read.getFirst());
    }

    @Test
    void theNextTurnReadsItAnew() throws Exception {
        List<Long> read = onLoop(() -> {
            LoopTurn turn = LoopTurn.ofThread();
            turn.begins();
            long first = waitFor(LoopClock.nanos());
            turn.ends();
            turn.begins();
            return List.of(first, LoopClock.nanos());
        });

        assertThat(read.get(1)).isGreaterThan(read.get(0));
    }

    @Test
    void outsideOfATurnAndOnOtherThreadsItIsTheClockItself() throws Exception {
        Callable<List<Long>> twice = () -> List.of(waitFor(LoopClock.nanos()), LoopClock.nanos());

        assertThat(onLoop(twice)).doesNotHaveDuplicates();
        assertThat(twice.call()).doesNotHaveDuplicates();
    }

    /** Returns {@code time} when the clock itself has gone on from it. */
    private static long waitFor(long time) {
        while (System.nanoTime() <= time) {
            Thread.onSpinWait();
        }
        return time;
    }

    private static <T> T onLoop(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        new LoopThread.Factory("clock-test").newThread(task).start();
        return task.get();
    }
}
