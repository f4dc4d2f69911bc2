package io.portcullis.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Runs Jazzer on each target for a while, one after the other, each in a process of its own, from the committed inputs: the
 * profile {@code fuzz}. Fails where one found something; the input then lies in {@code target/fuzz/NAME}, and belongs into
 * {@code src/test/resources/fuzz/NAME} together with its cure.
 */
public final class FuzzSession {
    private static final Path WORK = Path.of("target", "fuzz");
    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in (\\d+) second");
    private static final Pattern COVERED = Pattern.compile("cov: (\\d+)");

    private FuzzSession() {}

    /** Takes the seconds for each target, and perhaps names of targets. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int seconds = Integer.parseInt(arguments[0]);
        List<String> named = List.of(arguments).subList(1, arguments.length);
        List<String> found = new ArrayList<>();
        for (FuzzTarget target : FuzzTarget.values()) {
            if (named.isEmpty() || named.contains(target.folder())) {
                fuzz(target, seconds, found);
            }
        }
        if (!found.isEmpty()) {
            System.err.println("found something: " + found);
            System.exit(1);
        }
    }

    private static void fuzz(FuzzTarget target, int seconds, List<String> found)
            throws IOException, InterruptedException {
        Path corpus = Files.createDirectories(WORK.resolve(target.folder()).resolve("corpus"));
        Path log = WORK.resolve(target.folder()).resolve("log");
        Process process = new ProcessBuilder(command(target, seconds, corpus))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int status = process.waitFor();
        String said = Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        String runs =
                DONE.matcher(said).results().map(MatchResult::group).findFirst().orElse("ended early, see " + log);
        String covered =
                COVERED.matcher(said).results().map(match -> match.group(1)).reduce("?", (first, last) -> last);
        System.out.printf(
                "%-12s %s, %s edges, %s%n", target.folder(), runs, covered, status == 0 ? "nothing found" : "FOUND");
        if (status != 0) {
            found.add(target.folder());
        }
    }

    private static List<String> command(FuzzTarget target, int seconds, Path corpus) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return List.of(
                java.toString(),
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-Dio.netty.leakDetection.level=DISABLED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=io.portcullis.**",
                "--custom_hook_includes=io.portcullis.**",
                "--reproducer_path=" + WORK.resolve(target.folder()),
                "-artifact_prefix=" + WORK.resolve(target.folder()) + "/",
                "-max_total_time=" + seconds,
                "-max_len=4096",
                corpus.toString(),
                target.inputs().toString());
    }
}
