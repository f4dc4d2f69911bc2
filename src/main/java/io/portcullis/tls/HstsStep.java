package io.portcullis.tls;

import java.time.Duration;

/**
 * How far a ramp has climbed.
 *
 * <p>Each step stays at least as long as what it tells browsers, so that whoever it binds has come back before they are bound for longer: a
 * day has every hour of a day in it, a week the week-end, 30 days what is done once a month. The second week of the third step is for those
 * who come every other week.
 */
enum HstsStep {
    FIVE_MINUTES(Duration.ofMinutes(5), 1),
    DAY(Duration.ofDays(1), 7),
    WEEK(Duration.ofDays(7), 14),
    MONTH(Duration.ofDays(30), 30),
    /** The end: nothing follows. */
    YEAR(Duration.ofDays(365), 0);

    private final Duration maxAge;
    private final int days;

    HstsStep(Duration maxAge, int days) {
        this.maxAge = maxAge;
        this.days = days;
    }

    Duration maxAge() {
        return maxAge;
    }

    /** How many days it stays at least; 0: for good. */
    int days() {
        return days;
    }

    /** Of these as many must have brought traffic, and no bad hour: half, rounded up. */
    int goodDays() {
        return (days + 1) / 2;
    }

    HstsStep next() {
        return switch (this) {
            case FIVE_MINUTES -> DAY;
            case DAY -> WEEK;
            case WEEK -> MONTH;
            case MONTH, YEAR -> YEAR;
        };
    }

    HstsStep before() {
        return switch (this) {
            case FIVE_MINUTES, DAY -> FIVE_MINUTES;
            case WEEK -> DAY;
            case MONTH -> WEEK;
            case YEAR -> MONTH;
        };
    }

    /** 1 for the first. */
    int number() {
        return switch (this) {
            case FIVE_MINUTES -> 1;
            case DAY -> 2;
            case WEEK -> 3;
            case MONTH -> 4;
            case YEAR -> 5;
        };
    }
}
