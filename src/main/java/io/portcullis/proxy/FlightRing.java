package io.portcullis.proxy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The past flights of one event loop: failures, errors of backends, slow ones and the rest each write over their own kind only, so that a flood of good
 * requests cannot wash away the failure that somebody asks about.
 */
@io.portcullis.net.OnLoop
final class FlightRing {
    static final int FAILED = 512;
    static final int ERRORS = 256;
    static final int SLOW = 256;
    static final int OTHERS = 256;

    /** An exchange that takes as long is slow. */
    static final long SLOW_NANOS = 1_000_000_000L;

    private final Section failed = new Section(FAILED);
    private final Section errors = new Section(ERRORS);
    private final Section slow = new Section(SLOW);
    private final Section others = new Section(OTHERS);

    void put(Flight flight, long totalNanos) {
        section(flight, totalNanos).next().fill(flight, totalNanos);
    }

    private Section section(Flight flight, long totalNanos) {
        if (flight.failure() != null) {
            return failed;
        }
        // What a route answers by itself, as for maintenance, is what was wanted.
        if (flight.status() >= 500 && flight.attempt() != null) {
            return errors;
        }
        return totalNanos >= SLOW_NANOS ? slow : others;
    }

    @Nullable
    PastFlight find(String id) {
        for (Section section : new Section[] {failed, errors, slow, others}) {
            FlightSlot slot = section.find(id);
            if (slot != null) {
                return slot.read();
            }
        }
        return null;
    }

    /** The last failures, errors of backends, and slow ones: at most {@code most} of each, the newest first. */
    List<PastFlight> recent(int most) {
        List<PastFlight> recent = new ArrayList<>();
        failed.newest(most, recent);
        errors.newest(most, recent);
        slow.newest(most, recent);
        return recent;
    }

    /** Slots are made when they are first needed, and then used for ever. */
    private static final class Section {
        private final @Nullable FlightSlot[] slots;
        private int next;

        Section(int size) {
            slots = new FlightSlot[size];
        }

        FlightSlot next() {
            FlightSlot slot = slots[next];
            if (slot == null) {
                slot = new FlightSlot();
                slots[next] = slot;
            }
            next = next + 1 == slots.length ? 0 : next + 1;
            return slot;
        }

        /** The newest first: an id that a trusted proxy brought may come twice. */
        @Nullable
        FlightSlot find(String id) {
            for (int i = 1; i <= slots.length; i++) {
                FlightSlot slot = slots[Math.floorMod(next - i, slots.length)];
                if (slot != null && slot.isOf(id)) {
                    return slot;
                }
            }
            return null;
        }

        void newest(int most, List<PastFlight> into) {
            for (int i = 1; i <= Math.min(most, slots.length); i++) {
                FlightSlot slot = slots[Math.floorMod(next - i, slots.length)];
                if (slot != null) {
                    into.add(slot.read());
                }
            }
        }
    }
}
