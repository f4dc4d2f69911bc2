package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code portcullis signer}. */
@Command(
        name = "signer",
        description = "Runs as run does, with a configuration that only signs for proxies (listeners.<name>.signing).")
final class SignerCommand implements Callable<Integer> {
    @Mixin
    private ConfigFile config = new ConfigFile();

    @Override
    public Integer call() throws InterruptedException {
        long began = System.nanoTime();
        Path file = config.path();
        List<Problem> problems = new ArrayList<>();
        PortcullisConfig read = ConfigText.read(file, problems);
        // What is wrong with it is said by the start.
        if (read != null && read.listeners().stream().anyMatch(each -> each.signing() == null)) {
            System.err.println(
                    "portcullis: " + file + " has a listener that does not sign; for it write: portcullis run");
            return Main.WRONG;
        }
        return RunCommand.run(file, began);
    }
}
