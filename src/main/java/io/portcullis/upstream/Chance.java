package io.portcullis.upstream;

import io.portcullis.net.LoopClock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/**
 * What choosing an endpoint takes from the world, so that a test can put its own in place.
 *
 * @param nanos a clock that only goes forward
 * @param below a number from 0 to the argument, which is left out
 */
record Chance(LongSupplier nanos, IntUnaryOperator below) {
    static final Chance REAL =
            new Chance(LoopClock::nanos, bound -> ThreadLocalRandom.current().nextInt(bound));

    long now() {
        return nanos.getAsLong();
    }
}
