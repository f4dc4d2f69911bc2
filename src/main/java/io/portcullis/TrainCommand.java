package io.portcullis;

import io.portcullis.telemetry.Diagnostics;
import io.portcullis.tls.DevCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code portcullis train}: a load of our own, for the JVM to learn from. With {@code -XX:AOTCacheOutput=FILE} (JEP 514, 515) the JVM
 * writes down which classes were loaded and which methods ran hot, and a later start with {@code -XX:AOTCache=FILE} begins with that.
 */
@Command(
        name = "train",
        description = {
            "Serves requests of its own over loopback, and ends: a training run for the JVM.",
            "java -XX:AOTCacheOutput=portcullis.aot -jar portcullis.jar train  makes a cache;",
            "java -XX:AOTCache=portcullis.aot -jar portcullis.jar run  starts from it."
        })
final class TrainCommand implements Callable<Integer> {
    private static final int MOST = 1_000_000;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "20000",
            description = "How many, 1 to 1000000 (default: ${DEFAULT-VALUE}), within 5 minutes.")
    private int requests;

    @Override
    public Integer call() throws Exception {
        if (requests < 1 || requests > MOST) {
            System.err.println("portcullis: --requests " + requests + " (expected: 1 to " + MOST + ")");
            return Main.WRONG;
        }
        Path dir = Files.createTempDirectory("portcullis-train-");
        // It holds private keys: they go on Ctrl-C, too.
        Thread last = new Thread(() -> remove(dir), "train-clean-up");
        Runtime.getRuntime().addShutdownHook(last);
        try {
            return train(dir);
        } finally {
            remove(dir);
            try {
                Runtime.getRuntime().removeShutdownHook(last);
            } catch (IllegalStateException e) {
                // It runs already.
            }
        }
    }

    private int train(Path dir) throws Exception {
        new DevCertificates(dir, Clock.systemUTC()).ensure();
        Path file = Files.writeString(
                dir.resolve("train.conf"),
                """
                listeners {
                  https { bind = "127.0.0.1:0", tls = trained }
                  http { bind = "127.0.0.1:0" }
                }
                tls.trained { certificates = [ { chain = dev.pem, key = dev.key } ], hsts {} }
                demo.bind = "127.0.0.1:%1$d"
                upstreams.demo { endpoints = ["127.0.0.1:%1$d"] }
                routes = [ { upstream = demo } ]
                admin.bind = off
                access-log { format = combined, to = "%2$s" }
                log.level = warn
                """
                        .formatted(freePort(), dir.resolve("access.log")));
        try (Portcullis running = Portcullis.start(file)) {
            TrainingLoad load = new TrainingLoad(running, dir.resolve("ca.pem"));
            System.err.println("portcullis: trained by " + load.run(requests, LIMIT) + " requests");
            running.drain();
        } catch (StartFailure e) {
            System.err.println("portcullis: cannot train: " + e.getMessage());
            return Main.CANNOT_OPEN;
        } finally {
            Diagnostics.stop();
        }
        return Main.OK;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** As far as that can be: nothing more can be done where it fails, and twice does no harm. */
    private static void remove(Path dir) {
        try (Stream<Path> found = Files.walk(dir)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            if (Files.exists(dir)) {
                System.err.println("portcullis: cannot remove " + dir + ": " + e.getMessage());
            }
        }
    }
}
