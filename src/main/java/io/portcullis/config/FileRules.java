package io.portcullis.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Files a block names: whether they can be used, and who else can read the secret ones. Looks, but opens nothing. */
final class FileRules {
    private FileRules() {}

    /** The file under {@code key} must be readable. */
    static void readable(Node node, String key, Path file) {
        String trouble = FileState.trouble(file);
        if (trouble != null) {
            node.error(key, trouble, FileState.remedy(file));
        }
    }

    /** The file under {@code key} should be readable by its owner alone. */
    static void secret(Node node, String key, Path file) {
        boolean others = FileState.allows(file, PosixFilePermission.OTHERS_READ);
        if (others || FileState.allows(file, PosixFilePermission.GROUP_READ)) {
            node.warn(
                    others ? 4 : 2,
                    key,
                    "the private key can be read by " + (others ? "every user of this machine" : "its group") + ": "
                            + file,
                    "chmod 600 " + file);
        }
    }

    /** The folder under {@code key} must be one that files can be put into; it may have to be made. */
    static void folder(Node node, String key, Path folder) {
        Path there = folder.toAbsolutePath();
        while (there != null && Files.notExists(there)) {
            there = there.getParent();
        }
        if (there == null || !Files.isDirectory(there)) {
            node.error(key, there + " is no folder", "name a folder");
        } else if (!Files.isWritable(there)) {
            node.error(
                    key,
                    "no permission to write into " + there,
                    "let user " + System.getProperty("user.name") + " write there, or choose another folder");
        }
    }

    /** The file under {@code key} must be one that lines can be added to. */
    static void appendable(Node node, String key, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            node.error(key, file + " is a folder, not a file", "name a file in it");
        } else if (folder != null && !Files.isDirectory(folder)) {
            node.error(key, "no such folder: " + folder, "make the folder, or correct the path");
        } else if (Files.exists(file) ? !Files.isWritable(file) : folder != null && !Files.isWritable(folder)) {
            node.error(
                    key,
                    "no permission to write " + file,
                    "let user " + System.getProperty("user.name") + " write it, or choose another folder");
        }
    }
}
