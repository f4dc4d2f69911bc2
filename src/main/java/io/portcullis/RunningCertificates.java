package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the process that runs a configuration says that it serves, by {@code GET /certificates} ({@link CertificatesPage}). */
final class RunningCertificates {
    private static final Pattern MEMORY = Pattern.compile("\"memory\":\\{[^{}]*?\"sha256\":\"([0-9a-f]{64})\"");

    private RunningCertificates() {}

    /** SHA-256 of each leaf; empty where no process answers. Blocks. */
    static Set<String> of(PortcullisConfig config) {
        RunningProcess process = RunningProcess.at(config.admin().bind());
        RunningProcess.Answer answer = process == null ? null : process.get("/certificates");
        return answer == null || answer.status() != 200
                ? Set.of()
                : MEMORY.matcher(answer.text())
                        .results()
                        .map(match -> match.group(1))
                        .collect(Collectors.toUnmodifiableSet());
    }
}
