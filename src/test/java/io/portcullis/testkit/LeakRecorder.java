package io.portcullis.testkit;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The factory of Netty's leak detectors in tests: keeps every leak they find until a gate takes it.
 *
 * <p>A detector only looks at its queue when it tracks the next object, and the queue only fills at a garbage collection.
 * {@link #settle} therefore collects until a canary of its own is seen dead and then makes every detector look, until two rounds
 * in a row find nothing new: the second canary dies after all that died with the first one are queued.
 */
public final class LeakRecorder extends ResourceLeakDetectorFactory {
    private static final int MAX_ROUNDS = 12;
    private static final int QUIET_ROUNDS = 2;
    private static final Duration COLLECTION_LIMIT = Duration.ofSeconds(10);

    private static final Pattern COMMON_FRAME = Pattern.compile(
            "^\\s+(org\\.junit|org\\.apache\\.maven|java\\.base/java\\.(lang\\.reflect|util)|java\\.base/jdk\\.internal)\\.");

    private final Queue<RecordingDetector<?>> detectors = new ConcurrentLinkedQueue<>();
    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

    /** Makes a recorder Netty's factory; only works for resources whose classes are not yet loaded. */
    public static void install() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new LeakRecorder());
    }

    /** The recorder of this test run. */
    public static LeakRecorder installed() {
        if (ResourceLeakDetectorFactory.instance() instanceof LeakRecorder recorder) {
            return recorder;
        }
        throw new IllegalStateException("leak recorder: not installed (expected: LeakGateAtEnd opened the session)");
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
            Class<T> resource, int samplingInterval, long maxActive) {
        return recording(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
        return recording(resource, samplingInterval);
    }

    private <T> ResourceLeakDetector<T> recording(Class<T> resource, int samplingInterval) {
        RecordingDetector<T> detector = new RecordingDetector<>(resource, samplingInterval, leaks);
        detectors.add(detector);
        return detector;
    }

    /** Collects garbage until every leak that happened so far is recorded; takes some tens of milliseconds. */
    public void settle() {
        int quiet = 0;
        for (int round = 0; round < MAX_ROUNDS && quiet < QUIET_ROUNDS; round++) {
            int before = leaks.size();
            collectGarbage();
            detectors.forEach(RecordingDetector::look);
            quiet = leaks.size() == before ? quiet + 1 : 0;
        }
    }

    /** Takes the leaks recorded since the last call: each is named once, by the gate that saw it first. */
    public List<String> take() {
        List<String> taken = new ArrayList<>();
        for (String leak = leaks.poll(); leak != null; leak = leaks.poll()) {
            taken.add(leak);
        }
        return taken;
    }

    /** Settles, and fails naming {@code during} and every leak. */
    public void check(String during) {
        settle();
        List<String> found = take();
        if (!found.isEmpty()) {
            throw new AssertionError(
                    found.size() + " leaked resource(s) during " + during + ":\n" + String.join("\n---\n", found));
        }
    }

    private static void collectGarbage() {
        ReferenceQueue<Object> dead = new ReferenceQueue<>();
        PhantomReference<Object> canary = new PhantomReference<>(new Object(), dead);
        long deadlineNanos = System.nanoTime() + COLLECTION_LIMIT.toNanos();
        try {
            do {
                System.gc();
            } while (dead.remove(100) == null && System.nanoTime() < deadlineNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("leak recorder: interrupted (expected: left alone to collect)", e);
        } finally {
            Reference.reachabilityFence(canary);
        }
    }

    private static final class RecordingDetector<T> extends ResourceLeakDetector<T> {
        private final String resource;
        private final Queue<String> leaks;

        RecordingDetector(Class<T> resource, int samplingInterval, Queue<String> leaks) {
            super(resource, samplingInterval);
            this.resource = resource.getName();
            this.leaks = leaks;
        }

        /** Tracks an object and lets go of it again: the only way to make a detector look at its queue. */
        void look() {
            @SuppressWarnings("unchecked") // a detector never touches what it tracks
            T anything = (T) new Object();
            ResourceLeakTracker<T> tracker = trackForcibly(anything);
            tracker.close(anything);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            leaks.add(resource + "\n" + ofOurs(records));
        }

        /** The records without the frames that every test has in common. */
        private static String ofOurs(String records) {
            return records.lines()
                    .filter(line -> !COMMON_FRAME.matcher(line).find())
                    .collect(Collectors.joining("\n"));
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            leaks.add(resource + " (no records of its use)");
        }
    }
}
