package io.portcullis.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The product as a process of its own, which can be held still: what clients and origins send meanwhile is ready at once when it goes on,
 * and each of its loops handles it as one batch of events. Needs {@code kill} and Linux's {@code /proc}.
 */
public final class OwnProcess implements Starter {
    private static final List<String> OPTIONS = List.of(
            "-ea",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Dio.netty.leakDetection.level=PARANOID");

    private final Map<String, Integer> ports;
    private @Nullable RunningProgram running;

    /** @param ports the port of each listener, and of {@code admin}, as the configuration has them */
    public OwnProcess(Map<String, Integer> ports) {
        this.ports = Map.copyOf(ports);
    }

    @Override
    public Running start(Path config) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(List.of("-cp", classes(), "io.portcullis.Main"));
        command.addAll(List.of("run", "--config", config.toString()));
        RunningProgram program = Programs.start(command.toArray(String[]::new));
        running = program;
        Await.until(() -> !program.isRunning() || accepts(), "the process to accept");
        if (!program.isRunning()) {
            RunningProgram.Ended ended = program.end(Await.LIMIT);
            throw new AssertionError("the process ended\n" + ended.stdout() + ended.stderr());
        }
        return new Running(this::port, () -> port("admin"), () -> {}, program::terminate, this::end);
    }

    /** Holds the process still while {@code meanwhile} happens. */
    public void hold(Starter.Action meanwhile) throws Exception {
        long pid = Objects.requireNonNull(running).pid();
        Programs.run("kill", "-STOP", Long.toString(pid)).ok();
        Await.until(() -> state(pid) == 'T', "the process to stand still");
        try {
            meanwhile.run();
        } finally {
            Programs.run("kill", "-CONT", Long.toString(pid)).ok();
        }
    }

    /** Where this test's classes are, whoever loaded them. */
    private static String classes() {
        if (OwnProcess.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private int port(String name) {
        return Objects.requireNonNull(ports.get(name), name);
    }

    private boolean accepts() {
        for (int port : ports.values()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** The letter after the name in {@code /proc/PID/stat}. */
    private static char state(long pid) {
        try {
            String stat = Files.readString(new File("/proc/" + pid + "/stat").toPath());
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it, and fails where it did not end well or has leaked. */
    private void end() {
        RunningProgram program = Objects.requireNonNull(running);
        program.terminate();
        RunningProgram.Ended ended = program.end(Programs.LIMIT);
        String said = ended.stdout() + ended.stderr();
        if (ended.exit() != 0 || said.contains("LEAK") || said.contains("internal error")) {
            throw new AssertionError("exit status " + ended.exit() + "\n" + said);
        }
    }
}
