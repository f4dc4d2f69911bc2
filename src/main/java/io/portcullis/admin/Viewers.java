package io.portcullis.admin;

import io.portcullis.http.Exchange;
import io.portcullis.http.LiveAnswer;
import io.portcullis.http.WholeAnswer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who watch the process live, by server-sent events (HTML Living Standard §9.2): one sample a second for all of them. Safe for
 * any thread, by a lock.
 *
 * <p>Nothing is sampled while nobody looks. What was sampled is kept while somebody does, so that who comes later sees where it came
 * from.
 */
final class Viewers {
    /** How many may look at once. */
    static final int MOST = 16;

    /** How many samples are kept: five minutes. */
    static final int KEPT = 300;

    private static final long PERIOD_MILLIS = 1000;

    private final Supplier<Pulse> pulses;
    private final Executor worker;
    private final Map<Exchange, LiveAnswer> viewers = new LinkedHashMap<>();
    private final Deque<String> samples = new ArrayDeque<>();
    private boolean looking;

    /**
     * @param pulses begins to measure
     * @param worker takes the samples
     */
    Viewers(Supplier<Pulse> pulses, Executor worker) {
        this.pulses = pulses;
        this.worker = worker;
    }

    /** Shows the process until the viewer goes; on the exchange's loop. */
    void join(Exchange exchange) {
        LiveAnswer answer = new LiveAnswer(exchange, () -> left(exchange));
        boolean first;
        String past;
        synchronized (this) {
            past = viewers.size() < MOST ? "event: past\ndata: [" + String.join(",", samples) + "]\n\n" : null;
            first = past != null && !looking;
            if (past != null) {
                viewers.put(exchange, answer);
                looking = true;
            }
        }
        if (past == null) {
            WholeAnswer.of(503, "text/plain; charset=utf-8", "503 Service Unavailable\n" + MOST + " look already.\n")
                    .with("Retry-After", "10")
                    .with("Cache-Control", "no-store")
                    .send(exchange);
            return;
        }
        answer.begin("text/event-stream", "retry: 3000\n" + past);
        if (first) {
            look(exchange.loop().executor(), null);
        }
    }

    private synchronized void left(Exchange exchange) {
        viewers.remove(exchange);
    }

    /**
     * Takes one sample, and the next one a second later. The timer stands on a loop, the work does not.
     *
     * @param running null where this is the first look: there is nothing to count from yet
     */
    private void look(ScheduledExecutorService timer, @Nullable Pulse running) {
        unlessEnding(() -> worker.execute(() -> {
            Pulse pulse = running == null ? pulses.get() : running;
            if (running != null) {
                tell(running.next());
            }
            if (goesOn()) {
                unlessEnding(() -> timer.schedule(() -> look(timer, pulse), PERIOD_MILLIS, TimeUnit.MILLISECONDS));
            }
        }));
    }

    private synchronized void tell(String sample) {
        samples.addLast(sample);
        if (samples.size() > KEPT) {
            samples.removeFirst();
        }
        String event = "data: " + sample + "\n\n";
        viewers.values().forEach(viewer -> viewer.tell(event));
    }

    /** Whether anybody looks; forgets everything where nobody does. */
    private synchronized boolean goesOn() {
        looking = !viewers.isEmpty();
        if (!looking) {
            samples.clear();
        }
        return looking;
    }

    /** When the process ends, loops and worker take nothing more, and the viewers go with them. */
    private static void unlessEnding(Runnable task) {
        try {
            task.run();
        } catch (RejectedExecutionException e) {
            // The end.
        }
    }
}
