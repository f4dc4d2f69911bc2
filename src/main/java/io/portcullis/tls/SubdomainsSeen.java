package io.portcullis.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Subdomains that anybody asked for, and when each last answered by TLS. Safe for any thread.
 *
 * <p>Bounded, for strangers make names up; whoever makes up more than fit holds include-subdomains back, and nothing else. A name that nobody
 * asked for in 30 days is forgotten.
 */
final class SubdomainsSeen {
    static final int MOST = 1_000;
    private static final Duration MEMORY = Duration.ofDays(30);
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63}){1,10}");

    /** When a name was last seen, and when a handshake for it last succeeded: {@link Instant#EPOCH} for never. */
    record Sighting(Instant asked, Instant answered) {}

    private final TreeMap<String, Sighting> names = new TreeMap<>();
    private boolean overflowed;

    /** @param answered whether it answered by TLS */
    synchronized void saw(String name, boolean answered, Instant now) {
        Sighting before = names.get(name);
        if (before == null
                && (names.size() >= MOST
                        || name.length() > 253
                        || !NAME.matcher(name).matches())) {
            overflowed |= names.size() >= MOST;
            return;
        }
        names.put(name, new Sighting(now, answered ? now : before == null ? Instant.EPOCH : before.answered()));
    }

    /** As it was kept. */
    synchronized void restore(String name, Sighting sighting) {
        if (names.size() < MOST && NAME.matcher(name).matches()) {
            names.put(name, sighting);
        }
    }

    synchronized void forgetBefore(Instant now) {
        int size = names.size();
        names.values().removeIf(each -> each.asked().isBefore(now.minus(MEMORY)));
        overflowed &= names.size() == size;
    }

    synchronized boolean isOverflowed() {
        return overflowed;
    }

    /** Those that never answered, in order. */
    synchronized List<String> silent() {
        List<String> silent = new ArrayList<>();
        names.forEach((name, seen) -> {
            if (seen.answered().equals(Instant.EPOCH)) {
                silent.add(name);
            }
        });
        return silent;
    }

    synchronized SortedMap<String, Sighting> all() {
        return new TreeMap<>(names);
    }
}
