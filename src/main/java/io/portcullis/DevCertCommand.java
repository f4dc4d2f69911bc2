package io.portcullis;

import io.portcullis.tls.DevCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code portcullis dev-cert}. */
@Command(
        name = "dev-cert",
        description =
                "Makes a development certificate for localhost and the authority that signs it, where they are missing.")
final class DevCertCommand implements Callable<Integer> {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "certs-dev",
            description = "Where ca.pem, ca.key, dev.pem and dev.key stand (default: ${DEFAULT-VALUE}).")
    private Path dir = Path.of("certs-dev");

    @Override
    public Integer call() {
        return make(dir);
    }

    /** Makes what is missing and says what there is. */
    static int make(Path dir) {
        try {
            DevCertificates.Made made = new DevCertificates(dir, Clock.systemUTC()).ensure();
            System.err.printf(
                    "%s development certificate %s for %s, valid until %s%n",
                    made.madeLeaf() ? "Made a" : "Found the",
                    made.chain(),
                    String.join(", ", made.names()),
                    made.notAfter());
            return Main.OK;
        } catch (IOException e) {
            System.err.println("portcullis: development certificates cannot be made in " + dir + ": " + e.getMessage());
            return Main.CANNOT_OPEN;
        }
    }
}
