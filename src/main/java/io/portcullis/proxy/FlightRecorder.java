package io.portcullis.proxy;

import io.portcullis.net.Loop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers exchanges that are over, for whoever asks by an id. Each event loop writes into a ring of its own, so no lock and no object
 * stands on the way of a request; whoever asks has each loop look.
 */
public final class FlightRecorder {
    private static final long PATIENCE_SECONDS = 2;

    private final List<Loop> loops;
    private final FlightRing[] rings;

    /** @param loops on which flights end */
    public FlightRecorder(List<Loop> loops) {
        this.loops = List.copyOf(loops);
        rings = new FlightRing[this.loops.size()];
        for (Loop loop : this.loops) {
            rings[loop.index()] = new FlightRing();
        }
    }

    /** On the flight's loop. */
    void over(Flight flight, long totalNanos) {
        rings[flight.exchange().loop().index()].put(flight, totalNanos);
    }

    /** The newest exchange with this id; null where none is remembered. Blocks; not for an event loop. */
    public @Nullable PastFlight find(String id) {
        return each(ring -> ring.find(id))
                .max(Comparator.comparingLong(past -> past.asked().epochMillis()))
                .orElse(null);
    }

    /** The newest failures, errors of backends and slow ones together, at most {@code most}, the newest first. Blocks; not for an event loop. */
    public List<PastFlight> recent(int most) {
        return each(ring -> ring.recent(most))
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(
                                (PastFlight past) -> past.asked().epochMillis())
                        .reversed())
                .limit(most)
                .toList();
    }

    /** Has each loop look at its ring. */
    private <T> Stream<T> each(Function<FlightRing, @Nullable T> look) {
        List<Future<@Nullable T>> looking = new ArrayList<>();
        for (Loop loop : loops) {
            try {
                looking.add(loop.executor().submit(() -> look.apply(rings[loop.index()])));
            } catch (RejectedExecutionException e) {
                // The process is ending.
            }
        }
        return looking.stream().map(FlightRecorder::found).filter(Objects::nonNull);
    }

    /** What is kept, for people. */
    public static String capacity() {
        return "each event loop keeps its last " + FlightRing.FAILED + " failures, " + FlightRing.ERRORS
                + " errors that backends answered, " + FlightRing.SLOW
                + " that took 1 s or more, and " + FlightRing.OTHERS + " others";
    }

    private static <T> @Nullable T found(Future<@Nullable T> looking) {
        try {
            return looking.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
