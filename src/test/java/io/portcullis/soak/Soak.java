package io.portcullis.soak;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.portcullis.Portcullis;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.LeakRecorder;
import io.portcullis.testkit.Scrape;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * The profile {@code soak}: all {@link Habits} against four backends, three of which flap, for so many minutes; then what is left.
 *
 * <p>After the first minute, halfway, and at the end nobody is let in until all is quiet; then the gauges must be 0, and the
 * footprint is taken after a collection. Fails (exit status 1) where footprints differ by more than an allowance, where a gauge is
 * not 0, where anything leaked, was answered wrongly, or was logged as an error, and where a kind of client or answer never came.
 */
public final class Soak {
    private static final int QUIET_SECONDS = 60;
    private static final long HEAP_ALLOWANCE = 16L << 20;
    private static final long DIRECT_ALLOWANCE = 16L << 20;
    /** The heap is all there from the start, so what grows is native: the compiler's, TLS, the C library's arenas. */
    private static final long RESIDENT_ALLOWANCE = 64L << 20;

    private static final int DESCRIPTOR_ALLOWANCE = 4;
    private static final Duration WARM_UP = Duration.ofMinutes(1);
    private static final List<String> GAUGES = List.of(
            "portcullis_listener_connections",
            "portcullis_requests_in_flight",
            "portcullis_upstream_waiting",
            "portcullis_endpoint_connections");

    private static final String CONFIG =
            """
            listeners {
              plain { bind = "127.0.0.1:0" }
              tls { bind = "127.0.0.1:0", tls = soak }
            }
            tls.soak { certificates = [ { chain = "{chain}", key = "{key}", default = true } ] }
            upstreams.app {
              endpoints = [{endpoints}]
              max-connections = 64, max-waiting = 64, queue-timeout = 1 s, connect-timeout = 1 s, first-byte-timeout = 1 s
              idle-body-timeout = 2 s, idle-timeout = 5 s
            }
            routes = [ { name = app, upstream = app } ]
            timeouts {
              tls-handshake = 2 s, request-head = 5 s, request-body-idle = 2 s, keep-alive = 3 s, response-write = 3 s
              tunnel-idle = 5 s
            }
            limits { connections-per-address = 200, connections = 200 }
            admin { bind = "127.0.0.1:0" }
            access-log { format = json, to = "{log}" }
            """;

    private final Ledger ledger = new Ledger();
    private final Pace pace = new Pace();
    private final List<FlappingBackend> backends = new ArrayList<>();
    private final List<String> rows = new ArrayList<>();

    private Soak() {}

    /** Takes the minutes: 1 or more, also parts of one ({@code 0.5}). */
    public static void main(String[] arguments) throws Exception {
        LeakRecorder.install();
        long seconds = Math.round(60 * Double.parseDouble(arguments[0]));
        boolean passed = new Soak().run(Duration.ofSeconds(seconds));
        System.out.println(passed ? "PASSED" : "FAILED");
        System.exit(passed ? 0 : 1);
    }

    private boolean run(Duration time) throws Exception {
        watchLog();
        Path dir = Files.createTempDirectory("portcullis-soak-");
        for (int i = 0; i < 4; i++) {
            backends.add(new FlappingBackend(pace, ledger, i == 0));
        }
        TestCertificates ca = TestCertificates.in(dir);
        Path file = Files.writeString(dir.resolve("portcullis.conf"), config(dir, ca));
        try (Portcullis product = Portcullis.start(file)) {
            soak(product, time, TlsOffer.trusting(ca.rootFile()));
        }
        backends.forEach(FlappingBackend::close);
        leaks();
        complete();
        delete(dir);
        print();
        return ledger.isClean();
    }

    private void soak(Portcullis product, Duration time, TlsOffer offer) throws Exception {
        List<Thread> crowd = crowd(new Visitor.Doors(product.port("plain"), product.port("tls"), offer));
        Duration half = time.dividedBy(2);
        Duration warmUp = half.compareTo(WARM_UP) < 0 ? half : WARM_UP;
        visits(warmUp);
        Footprint warm = quiet(product, "after " + seconds(warmUp));
        visits(half.minus(warmUp));
        Footprint halfway = warmUp.equals(half) ? warm : quiet(product, "after " + seconds(half));
        visits(time.minus(half));
        Footprint end = quiet(product, "after " + seconds(time));
        pace.end();
        for (Thread thread : crowd) {
            thread.join();
        }
        compare(warm, halfway, end);
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }

    /** Lets visits happen for so long, and tells every minute what they brought. */
    private void visits(Duration time) {
        pace.resume();
        for (long left = time.toSeconds(); left > 0; left -= 60) {
            Await.throughout(Duration.ofSeconds(Math.min(left, 60)), () -> true, "visits");
            System.err.printf(
                    "%,d answers 200, %,d requests seen by backends, %d kinds of wrongs%n",
                    ledger.of("answer: 200"),
                    ledger.of("backend: request"),
                    ledger.wrongs().size());
        }
    }

    /** A soak in which something never happened says nothing about it. */
    private void complete() {
        Stream.concat(
                        Stream.of(Habits.values()).map(habit -> "visit: " + habit),
                        Stream.concat(
                                Stream.of(BackendTalk.Mood.values()).map(mood -> "backend: " + mood),
                                Stream.of("answer: 200", "answer: 502", "answer: 504", "backend: died")))
                .filter(what -> ledger.of(what) == 0)
                .forEach(what -> ledger.wrong("never happened", what));
    }

    private String config(Path dir, TestCertificates ca) {
        TestLeaf leaf = ca.leaf("localhost", "127.0.0.1").write("soak");
        List<String> endpoints =
                backends.stream().map(backend -> '"' + backend.address() + '"').toList();
        return CONFIG.replace("{chain}", leaf.chainFile().toString())
                .replace("{key}", leaf.keyFile().toString())
                .replace("{endpoints}", String.join(", ", endpoints))
                .replace("{log}", dir.resolve("access.log").toString());
    }

    private static void delete(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(dir);
    }

    private void watchLog() {
        AppenderBase<ILoggingEvent> watcher = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                ledger.count("log: " + event.getLevel());
                if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
                    ledger.wrong("log line ERROR", event.getLoggerName() + " " + event.getFormattedMessage());
                }
            }
        };
        watcher.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        watcher.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(watcher);
    }

    private List<Thread> crowd(Visitor.Doors doors) {
        List<Thread> crowd = new ArrayList<>();
        for (Habits habit : Habits.values()) {
            for (int i = 0; i < habit.number(); i++) {
                Visitor visitor = new Visitor(doors, pace, ledger);
                crowd.add(Thread.ofVirtual().start(() -> visitor.stay(habit.name(), habit::visit)));
            }
        }
        for (FlappingBackend backend : backends.subList(1, backends.size())) {
            int seed = backends.indexOf(backend);
            crowd.add(Thread.ofVirtual().start(() -> backend.flap(seed)));
        }
        return crowd;
    }

    /** Lets everybody finish, checks that nothing is in flight or open, and looks at what is held. */
    private Footprint quiet(Portcullis product, String when) throws Exception {
        if (!pace.hold(QUIET_SECONDS)) {
            ledger.wrong("visits without end", "at " + when);
        }
        try {
            Await.until(() -> busy(product).isEmpty(), () -> "busy " + busy(product), Duration.ofSeconds(20));
        } catch (AssertionError e) {
            ledger.wrong("not quiet " + when, String.valueOf(e.getMessage()));
        }
        leaks();
        Footprint footprint = Footprint.now();
        System.err.println(footprint.row(when));
        rows.add(footprint.row(when));
        return footprint;
    }

    /** Gauges that are not 0: work in flight, and connections to either side. */
    private List<Scrape.Sample> busy(Portcullis product) {
        backends.forEach(FlappingBackend::cutAll);
        try {
            List<Scrape.Sample> gauges = Scrape.of(product.adminPort()).samples().stream()
                    .filter(sample -> GAUGES.contains(sample.name()))
                    .filter(sample -> !sample.labels().contains("=\"admin\""))
                    .toList();
            if (gauges.stream().map(Scrape.Sample::name).distinct().count() < GAUGES.size()) {
                throw new IllegalStateException("gauges: " + gauges + " (expected: " + GAUGES + ")");
            }
            return gauges.stream().filter(sample -> sample.value() != 0).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Collects, and takes what leaked. */
    private void leaks() {
        LeakRecorder.installed().settle();
        LeakRecorder.installed().take().forEach(leak -> ledger.wrong("leak", leak));
    }

    /** What the compiler and the C library take they take early: resident memory is compared with what it was halfway. */
    private void compare(Footprint warm, Footprint halfway, Footprint end) {
        grown("heap", end.heap() - warm.heap(), HEAP_ALLOWANCE);
        grown("direct memory", end.direct() - warm.direct(), DIRECT_ALLOWANCE);
        grown("resident memory", end.resident() - halfway.resident(), RESIDENT_ALLOWANCE);
        grown("descriptors", end.descriptors() - warm.descriptors(), DESCRIPTOR_ALLOWANCE);
    }

    private void grown(String what, long by, long allowance) {
        if (by > allowance) {
            ledger.wrong(what + " grew", by + " (allowed: " + allowance + ")");
        }
    }

    private void print() {
        System.out.println("| at rest, after GC | heap MiB | direct MiB | RSS MiB | descriptors | threads |");
        System.out.println("|---|---|---|---|---|---|");
        rows.forEach(System.out::println);
        System.out.println();
        for (Map.Entry<String, LongAdder> entry : ledger.counts().entrySet()) {
            System.out.println("| " + entry.getKey() + " | " + entry.getValue() + " |");
        }
        System.out.println();
        System.out.println("wrong: " + ledger.wrongs());
        ledger.examples().forEach(System.out::println);
    }
}
