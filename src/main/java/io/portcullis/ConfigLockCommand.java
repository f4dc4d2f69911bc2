package io.portcullis;

import io.portcullis.config.DefaultsLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code portcullis config lock}. */
@Command(
        name = "lock",
        description = {
            "Writes the defaults of this version to defaults.lock beside the configuration.",
            "check and the start then tell where a later version has others that the configuration relies on."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:it is written", "3:the file cannot be read or written"})
final class ConfigLockCommand implements Callable<Integer> {
    @Mixin
    private ConfigFile config = new ConfigFile();

    @Override
    public Integer call() {
        Path file = DefaultsLock.beside(config.path());
        DefaultsLock now = DefaultsLock.ofNow(file);
        try {
            DefaultsLock before = DefaultsLock.read(file);
            Path whole = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(whole, now.text());
            Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            if (before != null) {
                before.difference(now).forEach(System.out::println);
            }
        } catch (IOException e) {
            System.err.println("portcullis: cannot write " + file + ": " + e);
            return Main.CANNOT_OPEN;
        }
        System.out.println(file + ": " + now.values().size() + " defaults of " + now.version());
        return Main.OK;
    }
}
