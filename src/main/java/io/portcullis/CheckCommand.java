package io.portcullis;

import io.portcullis.config.ConfigLoader;
import io.portcullis.config.Loading;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.explain.Expectations;
import io.portcullis.tls.CertificateFacts;
import io.portcullis.tls.CertificateTable;
import io.portcullis.tls.HstsRamps;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code portcullis check}. */
@Command(
        name = "check",
        description = "Finds everything that is wrong with a configuration, and opens nothing.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:no errors, perhaps warnings", "2:errors"})
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private ConfigFile config = new ConfigFile();

    @Mixin
    private JsonFlag json = new JsonFlag();

    @Override
    public Integer call() {
        Path file = config.path();
        Loading loading = ConfigLoader.load(file);
        List<Problem> problems = new ArrayList<>(loading.problems());
        List<CertificateFacts> certificates = new ArrayList<>();
        if (loading.config() != null) {
            KeyMaterial.backendTls(loading.config(), problems::add);
            try (Offline loaded = Offline.load(loading.config(), problems)) {
                loaded.certificates().values().forEach(index -> index.credentials()
                        .forEach(one -> certificates.add(CertificateFacts.of(one))));
                if (loaded.isWhole()) {
                    Expectations.hold(loading.config().expect(), loaded.explainer(), problems::add);
                }
            }
        }
        boolean refused = problems.stream().anyMatch(Problem::isError);
        System.out.print(
                json.isOn()
                        ? Report.json(file, problems, loading.config())
                        : text(file, problems, loading, certificates));
        return refused ? Main.WRONG : Main.OK;
    }

    private static String text(
            Path file, List<Problem> problems, Loading loading, List<CertificateFacts> certificates) {
        StringBuilder text = new StringBuilder();
        List<Problem> errors = problems.stream().filter(Problem::isError).toList();
        List<Problem> warnings = problems.stream()
                .filter(problem -> !problem.isError())
                .sorted(Comparator.comparingInt(Problem::risk).reversed())
                .toList();
        errors.forEach(problem -> text.append("error    ").append(problem).append('\n'));
        warnings.forEach(problem -> text.append("warning  [risk ")
                .append(problem.risk())
                .append(" of 5] ")
                .append(problem)
                .append('\n'));
        PortcullisConfig read = loading.config();
        if (errors.isEmpty() && read != null) {
            text.append(text.isEmpty() ? "" : "\n");
            Report.listeners(text, read);
            TlsReport.blocks(text, read, new HstsRamps(InstantSource.system()));
            Report.routes(text, read);
            if (!read.expect().isEmpty()) {
                text.append("Expectations\n  all ").append(read.expect().size()).append(" hold\n\n");
            }
            if (!certificates.isEmpty()) {
                text.append("Certificates\n");
                CertificateTable.of(certificates, Instant.now())
                        .lines()
                        .forEach(line -> text.append("  ").append(line).append('\n'));
                text.append('\n');
            }
        }
        return text.append(file)
                .append(": ")
                .append(errors.size())
                .append(errors.size() == 1 ? " error, " : " errors, ")
                .append(warnings.size())
                .append(warnings.size() == 1 ? " warning\n" : " warnings\n")
                .toString();
    }
}
