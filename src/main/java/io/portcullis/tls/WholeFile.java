package io.portcullis.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** Files that others see whole or as they were before. Blocks. */
final class WholeFile {
    private WholeFile() {}

    /** Makes the folder too; where it fails nothing is left behind. */
    static void write(Path file, byte[] bytes) throws IOException {
        Path folder = Objects.requireNonNull(file.getParent());
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, String.valueOf(file.getFileName()), ".draft");
        boolean done = false;
        try {
            Files.write(draft, bytes);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(draft);
            }
        }
    }
}
