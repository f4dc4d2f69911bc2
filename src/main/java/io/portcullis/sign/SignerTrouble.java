package io.portcullis.sign;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that a signer fails, and that it signs again: a line at the first failure, one a minute while it goes on, one at its end. Safe for any
 * thread; whoever succeeds where nothing was wrong takes no lock.
 */
final class SignerTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(SignerTrouble.class);
    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private static final class Spell {
        private long saidNanos;
        private long failures;
        private long unsaid;
    }

    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Spell> spells = new HashMap<>();
    private volatile boolean none = true;

    /** @param clock nanoseconds, as of {@link System#nanoTime} */
    SignerTrouble(LongSupplier clock) {
        this.clock = clock;
    }

    /** No signature came from {@code signer}. */
    void failed(String signer, String result, String why) {
        lock.lock();
        try {
            Spell spell = spells.get(signer);
            long now = clock.getAsLong();
            boolean first = spell == null;
            if (spell == null) {
                spell = new Spell();
                spells.put(signer, spell);
                none = false;
            }
            spell.failures++;
            spell.unsaid++;
            if (first || now - spell.saidNanos >= QUIET) {
                LOG.warn(
                        "signer {} does not sign ({}): {}; {}",
                        signer,
                        result,
                        why,
                        first
                                ? "handshakes that need it fail"
                                : spell.unsaid + " handshakes failed since it was last said");
                spell.saidNanos = now;
                spell.unsaid = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** A signature came from {@code signer}. */
    void signed(String signer) {
        if (none) {
            return;
        }
        lock.lock();
        try {
            Spell over = spells.remove(signer);
            none = spells.isEmpty();
            if (over != null) {
                LOG.info("signer {} signs again, after {} handshakes without a signature", signer, over.failures);
            }
        } finally {
            lock.unlock();
        }
    }
}
