package io.portcullis.soak;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What happened, counted, and what must never happen, kept. */
final class Ledger {
    private static final int MOST_KEPT = 20;

    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> wrongs = new ConcurrentHashMap<>();
    private final Queue<String> examples = new ConcurrentLinkedQueue<>();

    void count(String what) {
        counts.computeIfAbsent(what, key -> new LongAdder()).increment();
    }

    /** Something that must not happen. */
    void wrong(String what, String example) {
        LongAdder times = wrongs.computeIfAbsent(what, key -> new LongAdder());
        times.increment();
        if (times.sum() < 4 && examples.size() < MOST_KEPT) {
            examples.add(what + ": " + example);
        }
    }

    long of(String what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    boolean isClean() {
        return wrongs.isEmpty();
    }

    Map<String, LongAdder> counts() {
        return counts;
    }

    Map<String, LongAdder> wrongs() {
        return wrongs;
    }

    Queue<String> examples() {
        return examples;
    }
}
