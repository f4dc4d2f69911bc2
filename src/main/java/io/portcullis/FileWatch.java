package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.config.UpstreamConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    private volatile Map<Path, String> seen;
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

    /** What the files look like before they are read. */
    Map<Path, String> before() {
        return look(config);
    }

    /**
     * The files were read, and {@code inForce} is what runs.
     *
     * @param before what they looked like then: a file that changed since is one to read again
     */
    void looked(PortcullisConfig inForce, Map<Path, String> before) {
        Map<Path, String> now = look(inForce);
        now.replaceAll((file, mark) -> before.getOrDefault(file, mark));
        seen = now;
        config = inForce;
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
        Map<Path, String> last = look(config);
        boolean quiet = false;
        while (!quiet && !over) {
            LockSupport.parkNanos(config.process().watchSettle().toNanos());
            Map<Path, String> now = look(config);
            quiet = now.equals(last);
            last = now;
        }
    }

    private static Map<Path, String> look(PortcullisConfig config) {
        Set<Path> files = new TreeSet<>(config.files());
        for (TlsConfig block : config.tls().values()) {
            files.addAll(block.files());
        }
        for (TlsConfig.Certificate each : config.certificates()) {
            files.add(each.chain());
            if (each.key() != null) {
                files.add(each.key());
            }
        }
        for (UpstreamConfig upstream : config.upstreams().values()) {
            if (upstream.endpointsFile() != null) {
                files.add(upstream.endpointsFile());
            }
            if (upstream.tls() != null) {
                files.addAll(upstream.tls().files());
            }
        }
        for (RouteConfig route : config.routes()) {
            files.addAll(route.files());
        }
        config.errorPages().forEach(page -> files.add(page.file()));
        Map<Path, String> marks = new TreeMap<>();
        for (Path file : files) {
            marks.put(file, mark(file));
        }
        return marks;
    }

    private static String mark(Path file) {
        try {
            BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
            return facts.fileKey() + " " + facts.size() + " " + facts.lastModifiedTime();
        } catch (IOException e) {
            return "unreadable";
        }
    }
}
