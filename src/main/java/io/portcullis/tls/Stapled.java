package io.portcullis.tls;

import io.portcullis.config.TlsConfig;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one certificate's staple, and when to ask again. Safe for any thread, by its own lock.
 *
 * <p>Asked again at half of the time that the last answer had left, or earlier by up to a tenth of it, so that nodes do not ask together;
 * after a failure in 1 minute, then 2, 4 … up to an hour, each give or take a fifth.
 */
final class Stapled {
    private static final Duration SOONEST = Duration.ofMinutes(1);
    /** Authorities give answers of ten days at most; one of a year is asked about no less. */
    private static final Duration LATEST = Duration.ofDays(4);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final int MOST_DOUBLINGS = 6;

    /** Why there was no answer when one was last asked for. */
    record Failure(Instant at, StapleFault fault, String detail) {}

    private final String fingerprint;
    private final X509Certificate leaf;
    private final @Nullable StapleQuestion question;
    private final DoubleSupplier chance;
    private TlsConfig.Ocsp settings;
    private @Nullable Staple staple;
    private @Nullable Failure failure;
    private Instant next;
    private int failures;
    private boolean asking;

    /**
     * @param question null where nobody can be asked
     * @param hindrance why not, where that is no choice of the authority's
     */
    Stapled(
            Credential credential,
            @Nullable StapleQuestion question,
            @Nullable Failure hindrance,
            TlsConfig.Ocsp settings,
            DoubleSupplier chance) {
        this.fingerprint = credential.fingerprint();
        this.leaf = credential.leaf();
        this.question = question;
        this.failure = hindrance;
        this.settings = settings;
        this.chance = chance;
        this.next = Instant.MIN;
    }

    String fingerprint() {
        return fingerprint;
    }

    X509Certificate leaf() {
        return leaf;
    }

    @Nullable
    StapleQuestion question() {
        return question;
    }

    synchronized TlsConfig.Ocsp settings() {
        return settings;
    }

    synchronized void settings(TlsConfig.Ocsp now) {
        settings = now;
    }

    /** Null where there is none that is in date. */
    synchronized @Nullable Staple staple(Instant now) {
        return staple != null && staple.isFresh(now) ? staple : null;
    }

    synchronized @Nullable Failure failure() {
        return failure;
    }

    /** When the responder is asked next; null where nobody is to be asked. */
    synchronized @Nullable Instant next() {
        return question == null || next.equals(Instant.MIN) ? null : next;
    }

    /** Whether the responder is to be asked now; who hears so asks, and says how it went. */
    synchronized boolean begin(Instant now) {
        if (question == null || asking || now.isBefore(next)) {
            return false;
        }
        asking = true;
        return true;
    }

    synchronized boolean isAsking() {
        return asking;
    }

    /** An answer came, or was kept on disk. */
    synchronized void took(Staple fresh, Instant now) {
        staple = fresh;
        failure = null;
        failures = 0;
        asking = false;
        Duration half = Duration.between(now, fresh.nextUpdate()).dividedBy(2);
        next = now.plus(longer(SOONEST, shorter(LATEST, scaled(half, 1 - 0.2 * chance.getAsDouble()))));
    }

    /** None came, or none of use. */
    synchronized void failed(Failure why) {
        failure = why;
        asking = false;
        if (why.fault().overrules()) {
            staple = null;
        }
        Duration pause = shorter(LONGEST_PAUSE, SOONEST.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS)));
        next = why.at().plus(scaled(pause, 0.8 + 0.4 * chance.getAsDouble()));
        failures++;
    }

    /** Nobody answered because we stop. */
    synchronized void gaveUp() {
        asking = false;
    }

    private static Duration scaled(Duration by, double factor) {
        return Duration.ofMillis(Math.round(by.toMillis() * factor));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
