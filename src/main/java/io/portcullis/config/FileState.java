package io.portcullis.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a file can be read, and by whom else. */
final class FileState {
    private FileState() {}

    /** The path of a setting; a relative one counts from the folder of the file it was written in. */
    static Path path(Setting setting) throws Refusal {
        return resolve(setting, setting.text().strip());
    }

    static Path resolve(Setting setting, String name) throws Refusal {
        try {
            if (!name.isBlank()) {
                return setting.folder().resolve(name);
            }
        } catch (InvalidPathException e) {
            // Said below.
        }
        throw new Refusal("expected a file's path, found \"" + name + "\"", "write a path");
    }

    /** Why {@code file} cannot be read, in a sentence; null where it can. */
    static @Nullable String trouble(Path file) {
        if (Files.isDirectory(file)) {
            return file + " is a folder, not a file";
        }
        if (Files.isReadable(file)) {
            return null;
        }
        Path parent = file.getParent();
        if (parent != null && Files.isRegularFile(parent)) {
            return parent + " is a file, not a folder";
        }
        if (Files.notExists(file)) {
            return "no such file: " + file;
        }
        return "no permission to read " + file;
    }

    /** What to do about {@link #trouble}. */
    static String remedy(Path file) {
        if (Files.isDirectory(file)) {
            return "name the file in it";
        }
        if (Files.notExists(file)) {
            return "correct the path (relative ones count from the folder of the configuration file) or put the file there";
        }
        return "let user " + System.getProperty("user.name") + " read it, and enter the folders above it";
    }

    /** Whether {@code permission} is set; false where the file system knows none. */
    static boolean allows(Path file, PosixFilePermission permission) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(permission);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
