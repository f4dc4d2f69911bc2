package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.doctor.Diagnosis;
import io.portcullis.doctor.Doctor;
import io.portcullis.doctor.Severity;
import io.portcullis.tls.KnownRoots;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis doctor}. */
@Command(
        name = "doctor",
        description =
                "Looks at a server as its clients do, or at all that a configuration names; tells what is wrong and what to do.",
        subcommands = DoctorMemoryCommand.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing is wrong, perhaps notes",
            "2:the configuration or the command line is wrong",
            "4:warnings",
            "5:errors: clients fail"
        })
final class DoctorCommand implements Callable<Integer> {
    static final int WARNINGS = 4;
    static final int ERRORS = 5;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "HOST",
            description = "A name or an address, with :PORT; without a port 443, and how port 80 leads there.")
    private @Nullable String host;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Looks at the listeners and upstreams of this configuration; with HOST, compares the certificate seen"
                            + " with the one configured. Without HOST and FILE: the usual places.")
    private @Nullable Path file;

    @Option(
            names = "--connect",
            paramLabel = "ADDRESS",
            description = "Asks this address instead of those of the name.")
    private @Nullable String connect;

    @Option(names = "--ca", paramLabel = "PEM", description = "Trusts the authorities in this file too.")
    private @Nullable Path ca;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "For each probe, 1 to 60; 5 without it.")
    private int seconds = 5;

    @Mixin
    private JsonFlag json = new JsonFlag();

    @Override
    public Integer call() {
        if (seconds < 1 || seconds > 60) {
            return wrong("--timeout: " + seconds + " (expected: 1 to 60)");
        }
        List<Problem> problems = new ArrayList<>();
        boolean wanted = host == null || file != null;
        Path path = file != null ? file : new ConfigFile().path();
        PortcullisConfig config = wanted ? ConfigText.read(path, problems) : null;
        if (wanted && config == null) {
            System.err.println(StartFailure.configuration(problems).text());
            return Main.WRONG;
        }
        KnownRoots roots = KnownRoots.ofRuntime().and(ca == null ? List.of() : List.of(ca));
        Rounds rounds = new Rounds(new Doctor(Clock.systemUTC()), roots, Duration.ofSeconds(seconds));
        String subject = host == null ? path.toString() : host;
        try {
            if (host != null) {
                rounds.outside(host, connect, config);
            } else if (config != null) {
                rounds.inside(config, problems);
            }
        } catch (IllegalArgumentException e) {
            return wrong(String.valueOf(e.getMessage()));
        }
        Diagnosis diagnosis = rounds.diagnosis();
        System.out.print(json.isOn() ? DoctorText.json(subject, diagnosis) : DoctorText.text(subject, diagnosis));
        return diagnosis.count(Severity.ERROR) > 0
                ? ERRORS
                : diagnosis.count(Severity.WARNING) > 0 ? WARNINGS : Main.OK;
    }

    private static int wrong(String message) {
        System.err.println("portcullis: " + message);
        return Main.WRONG;
    }
}
