package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Certificates that are swapped while clients shake hands, 200 of them a second. */
class CertificateSwapWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates-dir = "{dir}/certs"
            routes = [ { respond { body = "one" } } ]
            access-log { format = off }
            reload.watch = off
            """;

    private static final int A_SECOND = 200;
    private static final int HANDSHAKES = 600;
    private static final int SWAPS = 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger shaken = new AtomicInteger();
    private final Set<Object> leaves = ConcurrentHashMap.newKeySet();
    private final List<String> failures = new ArrayList<>();

    private HttpsSite site;
    private Path certs;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        certs = Files.createDirectories(proxy.dir().resolve("certs"));
    }

    @AfterEach
    void stop() {
        beat.shutdownNow();
        clients.shutdownNow();
    }

    /** Full handshakes of TLS 1.3, begun at a fixed rate whether those before are over or not. */
    @Test
    void swapsUnder200HandshakesASecondFailNone(TestReporter reporter) throws Exception {
        put(leaf());
        proxy.start(CONFIG);
        try (BoringClient client = new BoringClient(0, site.rootFile().toFile(), "TLSv1.3")) {
            AtomicInteger begun = new AtomicInteger();
            long from = System.nanoTime();
            Future<?> clock = beat.scheduleAtFixedRate(
                    () -> {
                        if (begun.getAndIncrement() < HANDSHAKES) {
                            clients.execute(() -> shakeHands(client));
                        }
                    },
                    0,
                    TimeUnit.SECONDS.toNanos(1) / A_SECOND,
                    TimeUnit.NANOSECONDS);
            for (int swap = 1; swap <= SWAPS; swap++) {
                int after = swap * HANDSHAKES / (SWAPS + 1);
                Await.until(() -> over() >= after, () -> after + " handshakes, " + over() + " are over", LIMIT);
                put(leaf());
                proxy.reload();
            }
            Await.until(() -> over() >= HANDSHAKES, () -> "all handshakes, " + over() + " are over", LIMIT);
            double seconds = (System.nanoTime() - from) / 1e9;
            clock.cancel(false);
            reporter.publishEntry("handshakes a second", String.format("%.0f", HANDSHAKES / seconds));
        }
        assertThat(failures).isEmpty();
        assertThat(shaken).hasValue(HANDSHAKES);
        assertThat(leaves).as("certificates that clients saw").hasSizeGreaterThan(SWAPS / 2);
        assertThat(proxy.scrape().sum("portcullis_certificate_changes_total", "result=\"taken\""))
                .isEqualTo(SWAPS);
        assertThat(proxy.scrape().sum("portcullis_tls_handshake_failures_total"))
                .isZero();
    }

    private void shakeHands(BoringClient client) {
        try {
            leaves.add(client.shakeHands(proxy.port("https"), HttpsSite.NAME)
                    .chain()
                    .get(0));
            shaken.incrementAndGet();
        } catch (IOException | RuntimeException e) {
            synchronized (failures) {
                failures.add(e.toString());
            }
        }
    }

    private int over() {
        synchronized (failures) {
            return shaken.get() + failures.size();
        }
    }

    private TestLeaf leaf() {
        return site.authority().leaf(HttpsSite.NAME).write("fresh");
    }

    private void put(TestLeaf leaf) throws IOException {
        Files.move(leaf.keyFile(), certs.resolve("site.key"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(leaf.chainFile(), certs.resolve("site.pem"), StandardCopyOption.ATOMIC_MOVE);
    }
}
