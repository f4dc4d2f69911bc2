package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class LoopClockTest {
    @Test
    void withinABatchTheTimeIsReadOnceForSixteenUses() throws Exception {
        List<Long> read = onLoop(() -> {
            LoopClock clock = LoopClock.ofThread();
            clock.batchBegins();
            List<Long> times = new ArrayList<>();
            for (int use = 0; use <= LoopClock.USES; use++) {
                times.add(waitFor(LoopClock.nanos()));
            }
            clock.batchEnds();
            return times;
        });

        assertThat(read.subList(0, LoopClock.USES)).containsOnly(read.getFirst());
        assertThat(read.getLast()).isGreaterThan(read.getFirst());
    }

    @Test
    void theNextBatchReadsItAnew() throws Exception {
        List<Long> read = onLoop(() -> {
            LoopClock clock = LoopClock.ofThread();
            clock.batchBegins();
            long first = waitFor(LoopClock.nanos());
            clock.batchEnds();
            clock.batchBegins();
            return List.of(first, LoopClock.nanos());
        });

        assertThat(read.get(1)).isGreaterThan(read.get(0));
    }

    @Test
    void outsideOfABatchAndOnOtherThreadsItIsTheClockItself() throws Exception {
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
        new LoopClock.Threads("clock-test").newThread(task).start();
        return task.get();
    }
}
