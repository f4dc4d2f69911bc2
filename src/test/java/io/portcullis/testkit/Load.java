package io.portcullis.testkit;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Clients that send one request after the other, each on a keep-alive connection of its own, until told to stop. A request fails by
 * any answer that is not allowed and by any connection that ends without a whole answer; nothing is tried again. A client whose
 * answer says {@code Connection: close} dials anew, and ends where nobody listens any more.
 */
public final class Load implements AutoCloseable {
    private static final int SHOWN = 20;

    private final Dial dial;
    private final String request;
    private final Predicate<RawResponse> allowed;
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicInteger closes = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final AtomicLong failed = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Long> statuses = new ConcurrentHashMap<>();
    private final Map<Integer, Long> longestNanos = new ConcurrentHashMap<>();
    private volatile boolean over;

    private Load(Dial dial, String request, Predicate<RawResponse> allowed) {
        this.dial = dial;
        this.request = request;
        this.allowed = allowed;
    }

    /** Opens a connection, ready for a request. */
    @FunctionalInterface
    public interface Dial {
        RawClient open() throws IOException;
    }

    /** Starts {@code count} clients that send {@code request} and want answers of status 200. */
    public static Load start(int count, Dial dial, String request) {
        return start(count, dial, request, answer -> answer.status() == 200);
    }

    /** Starts {@code count} clients that send {@code request} and want answers that are {@code allowed}. */
    public static Load start(int count, Dial dial, String request, Predicate<RawResponse> allowed) {
        Load load = new Load(dial, request, allowed);
        for (int i = 0; i < count; i++) {
            load.clients.add(Thread.ofVirtual().name("load-" + i).start(load::run));
        }
        return load;
    }

    /** Answers so far, allowed or not. */
    public long answers() {
        return answers.get();
    }

    /** Answers so far, by status. */
    public Map<Integer, Long> statuses() {
        return new TreeMap<>(statuses);
    }

    /** The longest time from sending a request to the whole of an answer of this status, so far. */
    public Duration longest(int status) {
        return Duration.ofNanos(longestNanos.getOrDefault(status, 0L));
    }

    /** Answers so far that said {@code Connection: close}. */
    public int closes() {
        return closes.get();
    }

    /** Clients that ended because nobody listened any more. */
    public int turnedAway() {
        return turnedAway.get();
    }

    /** The first failed requests, in words. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Waits for {@code more} answers from now on. */
    public void awaitMore(long more) {
        long wanted = answers() + more;
        Await.until(
                () -> answers() >= wanted,
                () -> more + " more answers, have " + statuses() + ", failures " + failures,
                Duration.ofSeconds(30));
    }

    /** Waits until every client has ended by itself. */
    public void awaitEnd() {
        Await.until(
                () -> clients.stream().noneMatch(Thread::isAlive),
                () -> "the end of the load, have " + statuses() + ", failures " + failures,
                Duration.ofSeconds(30));
    }

    /** Lets each client finish the request it is at, and waits for that. */
    @Override
    public void close() {
        over = true;
        awaitEnd();
    }

    private void run() {
        while (!over) {
            try (RawClient client = dial.open()) {
                converse(client);
            } catch (ConnectException e) {
                turnedAway.incrementAndGet();
                return;
            } catch (IOException | AssertionError e) {
                fail(e.toString());
            }
        }
    }

    private void converse(RawClient client) throws IOException {
        boolean open = true;
        while (open && !over) {
            long began = System.nanoTime();
            RawResponse answer = client.send(request).readResponse();
            longestNanos.merge(answer.status(), System.nanoTime() - began, Math::max);
            statuses.merge(answer.status(), 1L, Long::sum);
            if (!allowed.test(answer)) {
                fail("answer " + answer.head().raw() + answer.body());
            }
            answers.incrementAndGet();
            open = !answer.head().lists("connection", "close");
            if (!open) {
                closes.incrementAndGet();
            }
        }
    }

    private void fail(String words) {
        if (failed.getAndIncrement() < SHOWN) {
            failures.add(words);
        }
    }
}
