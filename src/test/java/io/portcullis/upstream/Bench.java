package io.portcullis.upstream;

import io.portcullis.config.BalanceConfig;
import io.portcullis.config.DialConfig;
import io.portcullis.config.EndpointConfig;
import io.portcullis.config.HealthConfig;
import io.portcullis.config.LookupConfig;
import io.portcullis.config.RetryConfig;
import io.portcullis.config.RuntimeConfig;
import io.portcullis.config.SourceLine;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loops;
import io.portcullis.telemetry.Meters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A real upstream in front of backends that exist as numbers only, in virtual time and with the same dice each time.
 *
 * <p>A backend works on so many exchanges at once, and takes so long for each; more of them queue.
 */
final class Bench implements AutoCloseable {
    static final long MILLI = 1_000_000;

    private static final HealthConfig.Ejection EJECTION = new HealthConfig.Ejection(
            5,
            50,
            20,
            Duration.ofSeconds(10),
            List.of(502, 503, 504),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            50,
            0);

    private record Arrival(Member member, long began) {}

    private record Finish(long at, Arrival arrival) {}

    private final Loops loops = Loops.start(new RuntimeConfig(RuntimeConfig.Transport.NIO, 1));
    private final Meters meters = Meters.create();
    private final Random random = new Random(5);
    private final Map<String, Long> serviceNanos = new HashMap<>();
    private final Map<String, Integer> busy = new HashMap<>();
    private final Map<String, Queue<Arrival>> queues = new HashMap<>();
    private final PriorityQueue<Finish> finishes = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    private final List<EndpointConfig> endpoints = new ArrayList<>();
    private final List<Long> latencies = new ArrayList<>();
    private final Set<String> broken = new HashSet<>();
    private int workers = 8;
    long now = 1;

    static BalanceConfig by(BalanceConfig.Policy policy) {
        return new BalanceConfig(policy, BalanceConfig.HashBy.PATH, "", 125, 20);
    }

    static HealthConfig health(Duration slowStart) {
        return new HealthConfig(EJECTION, null, slowStart);
    }

    /** The same, with those left out that are so many times slower than the median. */
    static HealthConfig health(int slowFactor) {
        return new HealthConfig(
                new HealthConfig.Ejection(
                        EJECTION.failures(),
                        EJECTION.ratioPercent(),
                        EJECTION.minRequests(),
                        EJECTION.window(),
                        EJECTION.statuses(),
                        EJECTION.time(),
                        EJECTION.longest(),
                        EJECTION.mostPercent(),
                        slowFactor),
                null,
                Duration.ZERO);
    }

    /** Adds a backend; its name is its port. */
    Bench backend(int port, int weight, boolean backup, long millis) {
        return backend(port, weight, backup ? 1 : 0, millis);
    }

    /** Adds one that is the backup of this number; 0: it serves. */
    Bench backend(int port, int weight, int backup, long millis) {
        EndpointConfig made =
                new EndpointConfig(new UpstreamConfig.EndpointAddress("10.0.0.1", port, null), weight, backup);
        endpoints.add(made);
        serviceNanos.put(made.address().toString(), millis * MILLI);
        return this;
    }

    /** Whether the backend of this port refuses whatever comes. */
    void breaks(int port, boolean now) {
        String name = new UpstreamConfig.EndpointAddress("10.0.0.1", port, null).toString();
        if (now) {
            broken.add(name);
        } else {
            broken.remove(name);
        }
    }

    Bench workers(int each) {
        workers = each;
        return this;
    }

    Upstream upstream(BalanceConfig balance) {
        return upstream(balance, health(Duration.ofSeconds(10)), null);
    }

    Upstream upstream(BalanceConfig balance, HealthConfig health, @Nullable Upstream previous) {
        Duration second = Duration.ofSeconds(1);
        UpstreamConfig config = new UpstreamConfig(
                "sim",
                List.copyOf(endpoints),
                null,
                new LookupConfig(second, second, LookupConfig.Family.PREFER_IPV4),
                balance,
                health,
                new RetryConfig(2, true, true, false, List.of(), 20, 10, null),
                null,
                0,
                null,
                UpstreamConfig.Protocol.HTTP1,
                new DialConfig(
                        DialConfig.ProxyProtocol.OFF,
                        null,
                        new DialConfig.Tcp(Duration.ZERO, Duration.ZERO, 0, Duration.ZERO),
                        Duration.ZERO,
                        0),
                null,
                512,
                1024,
                second,
                512,
                0,
                second,
                true,
                second,
                second,
                second,
                SourceLine.NOWHERE);
        Upstream.Means means = new Upstream.Means(loops, meters, 8192);
        return new Upstream(
                config,
                means,
                new Upstream.Secrets(null, new byte[32]),
                previous,
                new Chance(() -> now, random::nextInt));
    }

    /** Sends {@code count} exchanges, evenly, so many a second; how many each backend got. */
    Map<String, Integer> run(Upstream upstream, int count, int perSecond, LongUnaryOperator keys) {
        Map<String, Integer> shares = new HashMap<>();
        latencies.clear();
        for (int i = 0; i < count; i++) {
            long next = now + 1_000_000_000L / perSecond;
            finishUntil(upstream, next);
            now = next;
            Member member = upstream.pick(List.of(), keys.applyAsLong(i));
            if (member != null) {
                shares.merge(port(member), 1, Integer::sum);
                if (broken.contains(member.endpoint().name())) {
                    fail(upstream, member);
                } else {
                    upstream.began(member);
                    arrive(new Arrival(member, now));
                }
            }
        }
        return shares;
    }

    Map<String, Integer> run(Upstream upstream, int count, int perSecond) {
        return run(upstream, count, perSecond, i -> Balancer.NO_KEY);
    }

    /** The latency that only one of a hundred exchanges of the last run exceeded. */
    long worstMillis() {
        List<Long> sorted = latencies.stream().sorted().toList();
        return sorted.get(sorted.size() * 99 / 100) / MILLI;
    }

    /** A try at {@code member} that fails by its fault. */
    void fail(Upstream upstream, Member member) {
        upstream.began(member);
        upstream.over(member, 0, Failure.of(FailureKind.CONNECT_REFUSED, "down"), MILLI);
    }

    /** A try at {@code member} that is answered. */
    void succeed(Upstream upstream, Member member) {
        upstream.began(member);
        upstream.over(member, 200, null, MILLI);
    }

    /** The checks of {@code member} find it up, or not. */
    static void check(Member member, boolean up) {
        member.health().checked(new Checked(up, up, 1, "for a test", Instant.EPOCH, null));
    }

    static String port(Member member) {
        String name = member.endpoint().name();
        return name.substring(name.indexOf(':') + 1);
    }

    /** What the meters show. */
    String scrape() {
        return meters.scrape(null);
    }

    private void arrive(Arrival arrival) {
        String name = arrival.member.endpoint().name();
        if (busy.getOrDefault(name, 0) < workers) {
            work(arrival);
        } else {
            queues.computeIfAbsent(name, n -> new ArrayDeque<>()).add(arrival);
        }
    }

    private void work(Arrival arrival) {
        String name = arrival.member.endpoint().name();
        busy.merge(name, 1, Integer::sum);
        long mean = serviceNanos.getOrDefault(name, MILLI);
        long took = (long) (-Math.log(1 - random.nextDouble()) * mean);
        finishes.add(new Finish(now + took, arrival));
    }

    private void finishUntil(Upstream upstream, long until) {
        while (!finishes.isEmpty() && finishes.peek().at <= until) {
            Finish finish = finishes.remove();
            now = finish.at;
            Arrival arrival = finish.arrival;
            latencies.add(now - arrival.began);
            upstream.over(arrival.member, 200, null, now - arrival.began);
            String name = arrival.member.endpoint().name();
            busy.merge(name, -1, Integer::sum);
            Queue<Arrival> queue = queues.get(name);
            if (queue != null && !queue.isEmpty()) {
                work(queue.remove());
            }
        }
    }

    @Override
    public void close() {
        loops.close();
        meters.close();
    }
}
