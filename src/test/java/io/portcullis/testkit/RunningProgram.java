package io.portcullis.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program from outside while it runs. Its output is read all the time, so that it never blocks on a full pipe. */
public final class RunningProgram implements AutoCloseable {
    private final List<String> command;
    private final Process process;
    private final CompletableFuture<String> stdout;
    private final CompletableFuture<String> stderr;

    private RunningProgram(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.stdout = collected(process.getInputStream());
        this.stderr = collected(process.getErrorStream());
    }

    /**
     * What a program left behind.
     *
     * @param exit its status
     * @param stdout as UTF-8
     * @param stderr as UTF-8
     */
    public record Ended(int exit, String stdout, String stderr) {
        /** This, if the status is 0; else fails with the output. */
        public Ended ok() {
            if (exit != 0) {
                throw new AssertionError("exit status " + exit + " (expected: 0)\n" + stdout + stderr);
            }
            return this;
        }
    }

    static RunningProgram start(List<String> command, String input) {
        try {
            RunningProgram program = new RunningProgram(command, new ProcessBuilder(command).start());
            Thread.ofVirtual().start(() -> program.feed(input));
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void feed(String input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A program that ends without reading its input is within its rights.
        }
    }

    private static CompletableFuture<String> collected(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.complete("(unreadable: " + e.getMessage() + ")");
            }
        });
        return text;
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Waits for its end; after {@code limit} kills it and fails with its output. */
    public Ended end(Duration limit) {
        try {
            boolean inTime = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (!inTime) {
                process.destroyForcibly().waitFor();
            }
            Ended ended = new Ended(process.exitValue(), stdout.join(), stderr.join());
            if (!inTime) {
                throw new AssertionError(
                        command + " did not end within " + limit + "\n" + ended.stdout() + ended.stderr());
            }
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("program: interrupted (expected: left alone to wait)", e);
        }
    }

    /** Sends SIGTERM. */
    public void terminate() {
        // Not Process.destroy, which would close its output before the last words are read.
        process.toHandle().destroy();
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
