package io.portcullis.tls;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where a ramp stands. A value.
 *
 * @param since when it came to this step, or last had a bad hour on the first one
 * @param goodDays days of this step with at least one good hour, in UTC
 * @param lastGood when the last good hour ended; {@link Instant#EPOCH} for none
 */
record HstsState(HstsStep step, Instant since, int goodDays, Instant lastGood) {
    static HstsState beginning(Instant now) {
        return new HstsState(HstsStep.FIVE_MINUTES, now, 0, Instant.EPOCH);
    }

    /** After an hour with traffic in which all went well. */
    HstsState good(Instant now) {
        boolean sameDay = day(lastGood).equals(day(now)) && !lastGood.isBefore(since);
        return new HstsState(step, since, sameDay ? goodDays : goodDays + 1, now);
    }

    /** After an hour that was bad. */
    HstsState back(Instant now) {
        return new HstsState(step.before(), now, 0, Instant.EPOCH);
    }

    HstsState climbed(Instant now) {
        return new HstsState(step.next(), now, 0, Instant.EPOCH);
    }

    /** When the next step may come at the earliest. */
    Instant next() {
        return since.plus(step.days(), ChronoUnit.DAYS);
    }

    boolean mayClimb(Instant now) {
        return step != HstsStep.YEAR && !now.isBefore(next()) && goodDays >= step.goodDays();
    }

    /** The same where its clock was ahead of ours: time that has not come does not count. */
    HstsState notAfter(Instant now) {
        return since.isAfter(now) || lastGood.isAfter(now) ? new HstsState(step, now, 0, Instant.EPOCH) : this;
    }

    private static Instant day(Instant time) {
        return time.truncatedTo(ChronoUnit.DAYS);
    }
}
