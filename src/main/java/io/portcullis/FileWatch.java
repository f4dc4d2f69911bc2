package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices when a file of the configuration changes: configuration, certificate or key, also behind a swapped symbolic link.
 *
 * <p>Looks at the files themselves once a second instead of asking the kernel: that sees link swaps in any folder above (as
 * Kubernetes makes them) and network file systems, and costs one {@code stat} a file.
 */
final class FileWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Runnable reload;
    private final Thread thread;
    private volatile PortcullisConfig config;
    private volatile List<String> seen;
    private volatile boolean over;

    private FileWatch(PortcullisConfig config, Runnable reload) {
        this.config = config;
        this.reload = reload;
        this.seen = look(config);
        this.thread = Thread.ofVirtual().name("file-watch").unstarted(this::run);
    }

    static FileWatch start(PortcullisConfig config, Runnable reload) {
        FileWatch watch = new FileWatch(config, reload);
        watch.thread.start();
        return watch;
    }

    /** The files were read just now, and {@code inForce} is what runs. */
    void looked(PortcullisConfig inForce) {
        config = inForce;
        seen = look(inForce);
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!over) {
            LockSupport.parkNanos(PERIOD.toNanos());
            if (!over && !look(config).equals(seen)) {
                settle();
                if (!over) {
                    reload.run();
                }
            }
        }
    }

    /** Waits until nobody writes any more: a change may be several files. */
    private void settle() {
        List<String> last = look(config);
        boolean quiet = false;
        while (!quiet && !over) {
            LockSupport.parkNanos(config.process().watchSettle().toNanos());
            List<String> now = look(config);
            quiet = now.equals(last);
            last = now;
        }
    }

    private static List<String> look(PortcullisConfig config) {
        Set<Path> files = new TreeSet<>(config.files());
        for (TlsConfig block : config.tls().values()) {
            for (TlsConfig.Certificate certificate : block.certificates()) {
                files.add(certificate.chain());
                files.add(certificate.key());
            }
        }
        List<String> marks = new ArrayList<>(files.size());
        for (Path file : files) {
            marks.add(mark(file));
        }
        return marks;
    }

    private static String mark(Path file) {
        try {
            BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
            return file + " " + facts.fileKey() + " " + facts.size() + " " + facts.lastModifiedTime();
        } catch (IOException e) {
            return file + " unreadable";
        }
    }
}
