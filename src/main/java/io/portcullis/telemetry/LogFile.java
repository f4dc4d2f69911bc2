package io.portcullis.telemetry;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the access log's bytes go: a file that is appended to, or standard output. One thread after it was opened. */
final class LogFile {
    /** A log holds addresses and paths of people: the group may read it, others may not. */
    private static final String PERMISSIONS = "rw-r-----";

    private final @Nullable Path path;
    private FileChannel channel;

    private LogFile(@Nullable Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Opens the file, or standard output for null. */
    static LogFile open(@Nullable Path path) throws IOException {
        return new LogFile(path, channel(path));
    }

    /** Writes everything, in as many calls as it takes; where it fails, {@code bytes} holds what was not written. */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Opens the path anew, where it may be another file by now; when that fails the old file stays open. */
    void reopen() throws IOException {
        if (path == null) {
            return;
        }
        FileChannel next = channel(path);
        FileChannel old = channel;
        channel = next;
        old.close();
    }

    /** Closes a file; standard output stays open, it is not ours. */
    void close() throws IOException {
        if (path != null) {
            channel.close();
        }
    }

    /** The path, or {@code standard output}. */
    @Override
    public String toString() {
        return path == null ? "standard output" : path.toString();
    }

    private static FileChannel channel(@Nullable Path path) throws IOException {
        if (path == null) {
            return new FileOutputStream(FileDescriptor.out).getChannel();
        }
        return FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PERMISSIONS)));
    }
}
