package io.portcullis.listen;

import io.portcullis.config.BindAddress;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the process that listens on a TCP port, by Linux's {@code /proc}, as far as this user may see. */
public final class PortOwner {
    private static final String LISTENING = "0A";

    private PortOwner() {}

    /** {@code nginx (process 4711)}, or null where it cannot be known. */
    public static @Nullable String of(BindAddress address) {
        if (address.unixPath() != null || address.port() == 0) {
            return null;
        }
        try {
            Set<String> sockets = new HashSet<>();
            collect(Path.of("/proc/net/tcp"), address.port(), sockets);
            collect(Path.of("/proc/net/tcp6"), address.port(), sockets);
            return sockets.isEmpty() ? null : holder(sockets);
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static void collect(Path table, int port, Set<String> sockets) throws IOException {
        if (!Files.isReadable(table)) {
            return;
        }
        String suffix = ":" + String.format("%04X", port);
        List<String> lines = Files.readAllLines(table);
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals(LISTENING)) {
                sockets.add("socket:[" + columns[9] + "]");
            }
        }
    }

    private static @Nullable String holder(Set<String> sockets) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    String name = Files.readString(process.resolve("comm")).strip();
                    return name + " (process " + process.getFileName() + ")";
                }
            }
        }
        return null;
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException notOurs) {
            return false;
        }
        return false;
    }
}
