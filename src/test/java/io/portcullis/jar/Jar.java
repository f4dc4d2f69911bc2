package io.portcullis.jar;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RunningProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The jar that the build has packed. */
final class Jar {
    /** A start takes about two seconds; a busy machine gets much more. */
    static final Duration START = Duration.ofSeconds(60);

    private Jar() {}

    static Path file() {
        String path = System.getProperty("portcullis.jar");
        if (path == null) {
            throw new IllegalStateException("portcullis.jar: not set (expected: the jar's path, set by the build)");
        }
        return Path.of(path);
    }

    /** Starts it on the Java that runs the tests. */
    static RunningProgram start(String... arguments) {
        return startOn(Path.of(System.getProperty("java.home"), "bin", "java"), arguments);
    }

    static RunningProgram startOn(Path java, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java.toString(), "-jar", file().toString()));
        command.addAll(List.of(arguments));
        return Programs.start(command.toArray(String[]::new));
    }

    /** Runs it to its end. */
    static RunningProgram.Ended run(String... arguments) {
        return start(arguments).end(START);
    }

    /** Waits until the admin listener at {@code admin} says that everything listens. */
    static void awaitReady(RunningProgram running, int admin) {
        Await.until(() -> !running.isRunning() || ready(admin), () -> "ready, pid " + running.pid(), START);
        if (!running.isRunning()) {
            RunningProgram.Ended ended = running.end(START);
            throw new AssertionError("ended with " + ended.exit() + "\n" + ended.stderr());
        }
    }

    private static boolean ready(int admin) {
        try (RawClient client = RawClient.plain(admin)) {
            client.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return client.readResponse().status() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
