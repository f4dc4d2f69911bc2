package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.portcullis.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On a loop of its own and real time: the clock that it reads is the process's. */
class DeadlinesTest {
    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Deadlines deadlines = new Deadlines(loop);
    private final List<String> reached = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void onLoop(Runnable task) {
        loop.submit(task).syncUninterruptibly();
    }

    private Deadline watched(String name) {
        Deadline deadline = new Deadline(() -> reached.add(name));
        onLoop(() -> deadlines.add(deadline));
        return deadline;
    }

    private int size() {
        return loop.submit(deadlines::size).syncUninterruptibly().getNow();
    }

    @Test
    void aDeadlineIsReachedOnceAndNotBefore() {
        Deadline deadline = watched("a");
        long began = System.nanoTime();
        onLoop(() -> deadline.in(Duration.ofMillis(150)));
        Await.until(() -> !reached.isEmpty(), "the deadline");
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(150_000_000);
        Await.throughout(Duration.ofMillis(250), () -> reached.size() == 1, "once");
        assertThat(deadline.isSet()).isFalse();
    }

    @Test
    void aClearedOneIsNotReached() {
        Deadline cleared = watched("cleared");
        Deadline other = watched("other");
        onLoop(() -> {
            cleared.in(Duration.ofMillis(50));
            cleared.clear();
            other.in(Duration.ofMillis(200));
        });
        Await.until(() -> reached.contains("other"), "the other");
        assertThat(reached).containsExactly("other");
    }

    @Test
    void aLaterTimeReplacesTheEarlier() {
        Deadline moved = watched("moved");
        Deadline between = watched("between");
        onLoop(() -> {
            moved.in(Duration.ofMillis(50));
            moved.in(Duration.ofMillis(600));
            between.in(Duration.ofMillis(200));
        });
        Await.until(() -> reached.size() == 2, "both");
        assertThat(reached).containsExactly("between", "moved");
    }

    @Test
    void aRemovedOneIsNotReachedAndTheRestAre() {
        List<Deadline> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(watched("d" + i));
        }
        onLoop(() -> {
            all.forEach(one -> one.in(Duration.ofMillis(150)));
            for (int i = 0; i < 10; i += 2) {
                deadlines.remove(all.get(i));
                deadlines.remove(all.get(i));
            }
        });
        Await.until(() -> reached.size() == 5, "five");
        assertThat(reached).containsExactlyInAnyOrder("d1", "d3", "d5", "d7", "d9");
        assertThat(size()).isEqualTo(5);
    }

    @Test
    void oneThatIsReachedMayRemoveItselfAndOthers() {
        List<Deadline> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String name = "d" + i;
            all.add(new Deadline(() -> {
                reached.add(name);
                all.forEach(deadlines::remove);
            }));
        }
        onLoop(() -> {
            all.forEach(deadlines::add);
            all.forEach(one -> one.in(0));
        });
        Await.until(() -> !reached.isEmpty(), "one");
        Await.throughout(Duration.ofMillis(250), () -> reached.size() == 1, "one alone");
        assertThat(size()).isZero();
    }

    @Test
    void theClockStartsAgainAfterItStood() {
        Deadline first = watched("first");
        onLoop(() -> deadlines.remove(first));
        Deadline second = watched("second");
        onLoop(() -> second.in(0));
        Await.until(() -> reached.contains("second"), "the second");
    }

    @Test
    void aTimeWithoutEndIsStillADeadline() {
        Deadline far = watched("far");
        onLoop(() -> far.in(Long.MAX_VALUE));
        assertThat(far.isSet()).isTrue();
    }
}
