package io.portcullis.soak;

import io.portcullis.Portcullis;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.LeakRecorder;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.Scrape;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The other part of the profile {@code soak}: 1,000 streams over 10 HTTP/2 connections, with resets at random, for so many minutes.
 * Fails (exit status 1) where an answer is wrong, a connection ends that should not, a gauge is not 0 at the end, or anything leaked.
 */
public final class Http2Chaos {
    private static final int CONNECTIONS = 10;
    private static final int STREAMS = 100;
    private static final int ROUNDS = 20;
    private static final List<String> GAUGES = List.of(
            "portcullis_listener_connections",
            "portcullis_requests_in_flight",
            "portcullis_upstream_waiting",
            "portcullis_endpoint_connections");

    private static final String CONFIG =
            """
            listeners {
              plain { bind = "127.0.0.1:0", h2c = on }
              tls { bind = "127.0.0.1:0", tls = soak }
            }
            tls.soak { certificates = [ { chain = "{chain}", key = "{key}", default = true } ] }
            forwarding.via = "{name}"
            upstreams.app { endpoints = ["{endpoint}"], protocol = {protocol}, max-connections = 128, max-waiting = 2000, queue-timeout = 10 s, connect-timeout = 10 s, idle-timeout = 2 s }
            routes = [ { name = app, upstream = app } ]
            admin { bind = "127.0.0.1:0" }
            access-log { format = json, to = "{log}" }
            """;

    private final Ledger ledger = new Ledger();
    private final Pace pace = new Pace();

    private final int hops;

    private Http2Chaos(int hops) {
        this.hops = hops;
    }

    /** Takes the minutes, also parts of one ({@code 0.5}), and then 2 where the way leads through a second proxy, over HTTP/2. */
    public static void main(String[] arguments) throws Exception {
        LeakRecorder.install();
        int hops = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        boolean passed =
                new Http2Chaos(hops).run(Duration.ofSeconds(Math.round(60 * Double.parseDouble(arguments[0]))));
        System.out.println(passed ? "PASSED" : "FAILED");
        System.exit(passed ? 0 : 1);
    }

    private boolean run(Duration time) throws Exception {
        Path dir = Files.createTempDirectory("portcullis-chaos-");
        FlappingBackend backend = new FlappingBackend(pace, ledger, true);
        TestCertificates ca = TestCertificates.in(dir);
        var leaf = ca.leaf("localhost", "127.0.0.1").write("soak");
        try (Portcullis inner = start(dir, leaf, "inner", backend.address(), "http1");
                Portcullis outer = start(dir, leaf, "outer", "127.0.0.1:" + inner.port("plain"), "h2c")) {
            crowd(hops == 2 ? outer : inner, time, TlsOffer.trusting(ca.rootFile()));
            for (Portcullis product : List.of(inner, outer)) {
                Await.until(() -> quiet(product), () -> "not quiet: " + busy(product), Duration.ofSeconds(20));
            }
            System.out.println(Footprint.now().row("at the end"));
        }
        pace.end();
        backend.close();
        LeakRecorder.installed().settle();
        LeakRecorder.installed().take().forEach(leak -> ledger.wrong("leak", leak));
        ledger.counts().forEach((what, count) -> System.out.println("| " + what + " | " + count + " |"));
        System.out.println("wrong: " + ledger.wrongs());
        ledger.examples().forEach(System.out::println);
        return ledger.isClean() && ledger.of("answer") > 0 && ledger.of("reset") > 0;
    }

    private static Portcullis start(Path dir, TestLeaf leaf, String name, String endpoint, String protocol)
            throws Exception {
        return Portcullis.start(Files.writeString(
                dir.resolve(name + ".conf"),
                CONFIG.replace("{name}", name)
                        .replace("{chain}", leaf.chainFile().toString())
                        .replace("{key}", leaf.keyFile().toString())
                        .replace("{endpoint}", endpoint)
                        .replace("{protocol}", protocol)
                        .replace("{log}", dir.resolve(name + ".log").toString())));
    }

    private void crowd(Portcullis product, Duration time, TlsOffer offer) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        List<Thread> crowd = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Random random = new Random(i);
            boolean secure = i % 2 == 0;
            crowd.add(Thread.ofVirtual().start(() -> {
                while (System.nanoTime() < end) {
                    connection(product, secure, offer, random);
                }
            }));
        }
        for (Thread thread : crowd) {
            thread.join();
        }
    }

    private void connection(Portcullis product, boolean secure, TlsOffer offer, Random random) {
        try (RawHttp2 client =
                secure ? RawHttp2.tls(product.port("tls"), offer) : RawHttp2.plain(product.port("plain"))) {
            ledger.count("connection");
            for (int round = 0; round < ROUNDS; round++) {
                round(client, random);
            }
            if (random.nextBoolean()) {
                // Some leave in the middle.
                for (int i = 0; i < 20; i++) {
                    client.get("/r/gone/" + random.nextInt(100_000));
                }
            }
        } catch (IOException | AssertionError e) {
            ledger.wrong(
                    "connection",
                    String.valueOf(e)
                            .substring(0, Math.min(500, String.valueOf(e).length())));
        }
    }

    /** As many streams as fit, of which about a third is reset: before anything, within the body, within the answer. */
    private void round(RawHttp2 client, Random random) throws IOException {
        List<Integer> wanted = new ArrayList<>();
        List<Integer> late = new ArrayList<>();
        int[] sizes = new int[STREAMS * 2 * ROUNDS * 2];
        for (int i = 0; i < STREAMS; i++) {
            int size = random.nextInt(random.nextInt(20) == 0 ? 100_000 : 2_000);
            boolean body = random.nextBoolean();
            int stream = client.open(!body, RawBlock.request(body ? "POST" : "GET", "/r/abc/" + size));
            sizes[stream] = size;
            int fate = random.nextInt(9);
            if (body && fate > 0) {
                client.data(stream, fate > 1, "b".repeat(random.nextInt(300)));
            }
            if (fate < 2) {
                client.send(RawFrame.reset(stream, "CANCEL"));
                ledger.count("reset");
            } else if (fate == 2) {
                late.add(stream);
            } else {
                wanted.add(stream);
            }
        }
        for (int stream : late) {
            client.await(stream, answer -> answer.status() != 0);
            client.send(RawFrame.reset(stream, "CANCEL"));
            ledger.count("reset");
        }
        for (int stream : wanted) {
            RawHttp2Answer answer = client.answer(stream);
            ledger.count("answer");
            if (answer.status() != 200 || answer.body().length() != sizes[stream]) {
                ledger.wrong("answer", answer + " for " + sizes[stream]);
            }
        }
    }

    private static boolean quiet(Portcullis product) {
        return busy(product).isEmpty();
    }

    private static List<Scrape.Sample> busy(Portcullis product) {
        try {
            return Scrape.of(product.adminPort()).samples().stream()
                    .filter(sample -> GAUGES.contains(sample.name()))
                    .filter(sample -> !sample.labels().contains("=\"admin\"") && sample.value() != 0)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
