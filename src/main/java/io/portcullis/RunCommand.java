package io.portcullis;

import io.portcullis.telemetry.Diagnostics;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code portcullis run}. */
@Command(
        name = "run",
        description = "Runs until SIGTERM or Ctrl-C, then drains and ends with status 0.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        exitCodeListHeading = Main.EXIT_STATUS,
        exitCodeList = {Main.DID, Main.OURS, Main.MISTAKE, Main.NOT_OPENED})
final class RunCommand implements Callable<Integer> {
    @Mixin
    private ConfigFile config = new ConfigFile();

    @Option(
            names = "--dev-certificates",
            paramLabel = "DIR",
            description = "First makes development certificates in DIR, where they are missing (see dev-cert).")
    private @Nullable Path devCertificates;

    @Override
    public Integer call() throws InterruptedException {
        long began = System.nanoTime();
        if (devCertificates != null) {
            int made = DevCertCommand.make(devCertificates);
            if (made != Main.OK) {
                return made;
            }
        }
        return run(config.path(), began);
    }

    /** Runs what {@code file} says until the process is told to end; says the exit status. */
    static int run(Path file, long began) throws InterruptedException {
        HeadStart.begin();
        Portcullis running;
        try {
            running = Portcullis.start(file);
        } catch (StartFailure e) {
            Diagnostics.stop();
            System.err.println("portcullis: did not start with " + file);
            System.err.println(e.getMessage());
            return e.kind() == StartFailure.Cause.CONFIGURATION ? Main.WRONG : Main.CANNOT_OPEN;
        }
        System.err.print(Banner.of(running, System.nanoTime() - began));
        Signals signals = Signals.install(running);
        signals.awaitEnd();
        running.drain();
        running.close();
        Diagnostics.stop();
        System.err.println("portcullis: ended");
        return Main.OK;
    }
}
