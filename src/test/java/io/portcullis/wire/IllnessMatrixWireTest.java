package io.portcullis.wire;

import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.ProxyExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every illness of a backend under load, against every feature that has a word in who is asked: clients go on, and it comes back. */
class IllnessMatrixWireTest {
    private static final int CLIENTS = 4;
    private static final int FAILURES = 3;

    /** What stands in the upstream's configuration; whom nothing of it concerns is IllBackendsWireTest's. */
    enum Feature {
        STICKY("sticky { cookie = home }"),
        HASH("balance = hash, hash.by = path"),
        BACKUP(""),
        HEDGE("hedge.after = 30 ms"),
        H2C("protocol = h2c"),
        ADAPTIVE("adaptive-limit { min = 2 }");

        private final String settings;

        Feature(String settings) {
            this.settings = settings;
        }
    }

    private final List<Patient> patients = new ArrayList<>();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    @AfterEach
    void closePatients() throws IOException {
        for (Patient patient : patients) {
            patient.close();
        }
    }

    static Stream<Arguments> illnessesAndFeatures() {
        return Stream.of(Feature.values())
                .flatMap(feature -> Stream.of(Illness.values()).map(illness -> Arguments.of(illness, feature)));
    }

    private String start(boolean http2) {
        Patient patient = Patient.start(http2);
        patients.add(patient);
        return patient.address();
    }

    private void start(Feature feature) throws Exception {
        boolean http2 = feature == Feature.H2C;
        List<String> endpoints = new ArrayList<>();
        for (int i = 0; i < (feature == Feature.BACKUP ? 1 : 3); i++) {
            endpoints.add("\"" + start(http2) + "\"");
        }
        if (feature == Feature.BACKUP) {
            endpoints.add("{ address = \"" + start(http2) + "\", backup = on }");
        }
        proxy.start(
                """
                runtime.event-loops = 2
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app {
                  endpoints = [%s], slow-start = off, first-byte-timeout = 300 ms
                  retries { on = [connect, closed, timeout, 502], budget-min = 1000 }
                  ejection { failures = %d, failure-ratio = off, time = 300 ms, longest = 300 ms }
                  %s
                }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """
                        .formatted(String.join(", ", endpoints), FAILURES, feature.settings));
    }

    /** A request that leads to one backend, as often as it is asked. */
    private String request(Feature feature) throws IOException {
        String get = "GET / HTTP/1.1\r\n" + HOST;
        if (feature != Feature.STICKY) {
            return get + "\r\n";
        }
        String cookie = site.ask(get + "\r\n").values("Set-Cookie").getFirst();
        return get + "Cookie: " + cookie.replaceFirst(";.*", "") + "\r\n\r\n";
    }

    /** Whoever is asked more than any other. */
    private Patient busiest() {
        return patients.stream()
                .max((a, b) -> Integer.compare(a.asked(), b.asked()))
                .orElseThrow();
    }

    private double ejections() {
        return site.sum("portcullis_endpoint_ejections_total");
    }

    /** Slowness alone ejects nobody here, nor does who hangs and is overtaken. */
    private static boolean isLeftOut(Illness illness, Feature feature) {
        return illness != Illness.SLOWS_DOWN && !(illness == Illness.HANGS && feature == Feature.HEDGE);
    }

    @ParameterizedTest
    @MethodSource("illnessesAndFeatures")
    void clientsGoOnWhileOneBackendIsIllAndItIsAskedAgainWhenItIsWell(Illness illness, Feature feature)
            throws Exception {
        start(feature);
        Set<Integer> told = told(illness, feature);
        try (Load load =
                Load.start(CLIENTS, site::client, request(feature), answer -> told.contains(answer.status()))) {
            load.awaitMore(40);
            Patient victim = busiest();
            victim.falls(illness);
            if (isLeftOut(illness, feature)) {
                Await.until(() -> ejections() > 0, "the ejection");
            }
            served(load, 30);
            victim.recovers(illness);
            int before = victim.asked();
            Await.until(() -> victim.asked() > before + 10, "it is asked as before");
            served(load, 20);
            assertThat(load.failures()).isEmpty();
            long failed = load.statuses().getOrDefault(502, 0L);
            assertThat(failed).as("clients told").isLessThanOrEqualTo((FAILURES + CLIENTS) * rounds());
        }
    }

    /** What is no HTTP may have been worked on, so that it is told; and where answers become slow, some are turned away. */
    private static Set<Integer> told(Illness illness, Feature feature) {
        Set<Integer> told = new HashSet<>(Set.of(200));
        if (illness == Illness.TALKS_GARBAGE) {
            told.add(502);
        }
        if (feature == Feature.ADAPTIVE) {
            told.add(503);
        }
        return told;
    }

    private long rounds() {
        return Math.max(1, (long) ejections());
    }

    private static void served(Load load, long more) {
        long wanted = load.statuses().getOrDefault(200, 0L) + more;
        Await.until(
                () -> load.statuses().getOrDefault(200, 0L) >= wanted,
                () -> more + " more answers of 200, but " + load.statuses() + load.failures(),
                Await.LIMIT);
    }
}
