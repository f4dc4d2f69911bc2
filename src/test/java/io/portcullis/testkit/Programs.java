package io.portcullis.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Programs from outside, such as curl, openssl and h2load. A test that runs one says so by {@link NeedsProgram}. */
public final class Programs {
    /** How long a program may take where a test does not say. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private Programs() {}

    /** Where {@code name} stands on the PATH; null where it does not. */
    public static @Nullable Path find(String name) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, name);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** Runs a program to its end with nothing on its standard input; fails after {@link #LIMIT}. */
    public static RunningProgram.Ended run(String... command) {
        return start(command).end(LIMIT);
    }

    /** Runs a program to its end with {@code input} on its standard input; fails after {@link #LIMIT}. */
    public static RunningProgram.Ended runWithInput(String input, String... command) {
        return RunningProgram.start(List.of(command), input).end(LIMIT);
    }

    /** Starts a program, for example a load that runs while the test does something else. */
    public static RunningProgram start(String... command) {
        return RunningProgram.start(List.of(command), "");
    }
}
