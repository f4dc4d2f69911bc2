package io.portcullis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --config} option, and where a configuration is looked for without it. */
final class ConfigFile {
    private static final List<Path> PLACES =
            List.of(Path.of("conf", "portcullis.conf"), Path.of("/etc/portcullis/portcullis.conf"));

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration; without it conf/portcullis.conf, then /etc/portcullis/portcullis.conf.")
    private @Nullable Path file;

    ConfigFile() {}

    ConfigFile(Path file) {
        this.file = file;
    }

    /** The file to read. That it is missing is for the reader to say; without an option the last place is named then. */
    Path path() {
        if (file != null) {
            return file;
        }
        for (Path place : PLACES) {
            if (Files.exists(place)) {
                return place;
            }
        }
        return PLACES.getLast();
    }
}
