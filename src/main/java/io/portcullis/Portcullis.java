package io.portcullis;

import io.portcullis.admin.AdminHandler;
import io.portcullis.config.BindAddress;
import io.portcullis.config.MeterPushConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.listen.BindFailure;
import io.portcullis.listen.ConnectionIds;
import io.portcullis.net.ConnectionGate;
import io.portcullis.net.Loops;
import io.portcullis.telemetry.AccessLog;
import io.portcullis.telemetry.Diagnostics;
import io.portcullis.telemetry.Meters;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.upstream.Upstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running Portcullis: starts, reloads, drains, stops.
 *
 * <p>A reload builds everything anew beside what runs, then swaps by one volatile write; until that moment nothing has changed, so
 * a configuration that fails costs nothing. Safe for any thread; starts, reloads and stops follow one another.
 */
public final class Portcullis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Portcullis.class);

    private final Path file;
    private final Meters meters;
    private final ExecutorService worker = Executors.newVirtualThreadPerTaskExecutor();
    private final Loops loops;
    private final ConnectionGate gate;
    private final ConnectionIds ids = new ConnectionIds();
    private final Sockets sockets;
    private final Assembly assembly;
    private final Chronicle chronicle;
    private volatile @Nullable Snapshot snapshot;
    private volatile boolean ready;
    private final OwnListeners own = new OwnListeners();
    private @Nullable FileWatch watch;
    private @Nullable TlsClocks clocks;
    private boolean stopped;

    private Portcullis(Path file, PortcullisConfig config) throws StartFailure {
        this.file = file;
        MeterPushConfig push = config.export().meters();
        meters = push == null ? Meters.create() : Meters.sentTo(push);
        try {
            loops = Loops.start(config.runtime());
        } catch (IllegalStateException e) {
            throw StartFailure.other(e);
        }
        gate = new ConnectionGate(
                Descriptors.connections(config.limits()), config.limits().connectionsPerAddress());
        sockets = new Sockets(loops, gate, ids);
        chronicle = new Chronicle(meters, worker);
        assembly = new Assembly(loops, meters, new Assembly.Running(() -> snapshot, worker), chronicle);
        LoopClock.start(loops, meters);
    }

    /**
     * Starts with {@code file} and returns when every listener accepts.
     *
     * @throws StartFailure where the configuration has errors or an address cannot be bound
     */
    public static Portcullis start(Path file) throws StartFailure {
        List<Problem> problems = new ArrayList<>();
        PortcullisConfig config = ConfigText.read(file, problems);
        if (config == null) {
            throw StartFailure.configuration(problems);
        }
        Diagnostics.level(config.process().logLevel());
        Portcullis made = new Portcullis(file, config);
        try {
            made.begin(config, problems);
        } catch (StartFailure | RuntimeException e) {
            made.close();
            throw e;
        }
        return made;
    }

    /** The configuration that is in force. */
    public PortcullisConfig config() {
        return current().config();
    }

    Map<String, CertificateIndex> certificates() {
        return current().certificates();
    }

    /** The port that the first address of {@code listener} is bound to. */
    public synchronized int port(String listener) {
        return sockets.port(listener);
    }

    /** The admin listener's port. */
    public synchronized int adminPort() {
        return own.adminPort();
    }

    /** Connections of clients that are open now. */
    public int connections() {
        return gate.open();
    }

    /** Reads the file again and changes over to it, or changes nothing and says why. */
    public synchronized AdminHandler.Reloaded reload() {
        if (stopped) {
            return new AdminHandler.Reloaded(false, "not reloaded: the process is stopping");
        }
        Map<Path, String> before = watch == null ? Map.of() : watch.before();
        List<Problem> problems = new ArrayList<>();
        PortcullisConfig config = ConfigText.read(file, problems);
        String refused = config == null ? StartFailure.configuration(problems).text() : change(config, problems);
        if (watch != null) {
            watch.looked(current().config(), before);
        }
        if (refused != null) {
            meters.reloaded("refused");
            LOG.error("reload of {} refused, what ran before runs on:\n{}", file, refused);
            return new AdminHandler.Reloaded(false, "not reloaded, what ran before runs on:\n" + refused);
        }
        meters.reloaded("ok");
        LOG.info("reloaded {}", file);
        return new AdminHandler.Reloaded(true, ConfigText.reloaded(problems));
    }

    /** Opens the access log's file anew, as after a rotation. */
    public void reopenLogs() {
        chronicle.reopen();
    }

    /**
     * Stops accepting, lets what runs finish within {@code drain.timeout}, then cuts the rest. Blocks.
     *
     * @return whether everything finished by itself
     */
    public boolean drain() {
        Duration limit = current().config().process().drainTimeout();
        synchronized (this) {
            if (stopped) {
                return true;
            }
            stopped = true;
            ready = false;
            if (watch != null) {
                watch.close();
            }
            LOG.info("draining {} connections, at most {} s", sockets.connections(), limit.toSeconds());
            sockets.drain();
        }
        boolean empty = Patience.until(limit, () -> sockets.connections() == 0);
        if (!empty) {
            LOG.warn("{} connections were still busy after drain.timeout and are cut", sockets.connections());
            sockets.cut();
        }
        return empty;
    }

    /** Stops at once; after {@link #drain} nothing is lost by it. */
    @Override
    public synchronized void close() {
        stopped = true;
        ready = false;
        if (watch != null) {
            watch.close();
        }
        if (clocks != null) {
            clocks.close();
        }
        sockets.drain();
        sockets.cut();
        own.close();
        Snapshot last = snapshot;
        if (last != null) {
            last.upstreams().values().forEach(Upstream::retire);
        }
        loops.close();
        if (last != null) {
            last.certificates().values().forEach(CertificateIndex::close);
        }
        chronicle.close();
        worker.close();
        meters.close();
    }

    private void begin(PortcullisConfig config, List<Problem> problems) throws StartFailure {
        synchronized (this) {
            Snapshot built = assembly.build(config, null, problems::add);
            if (built == null) {
                throw StartFailure.configuration(problems);
            }
            snapshot = built;
            List<BindFailure> failures = new ArrayList<>();
            BindAddress adminBind = config.admin().bind();
            own.admin(adminBind, assembly.plain("admin", config, adminHandler(adminBind)), loops, failures);
            own.demo(config.demo().bind(), assembly.plain("demo", config, new DemoBackend()), loops, failures);
            Sockets.Change change = sockets.prepare(config.listeners(), built.stacks(), failures);
            AccessLog opened = failures.isEmpty() ? chronicle.open(config, null) : null;
            if (opened == null) {
                change.abandon();
                throw StartFailure.listening(failures);
            }
            ConfigText.warn(LOG, problems);
            apply(built, null, change, opened);
            clocks = TlsClocks.start(assembly, this::current, meters);
            if (config.process().watchFiles()) {
                watch = FileWatch.start(config, this::reload);
            }
        }
        ready = true;
    }

    /** Changes over to {@code config}; says why not, where it cannot. */
    private @Nullable String change(PortcullisConfig config, List<Problem> problems) {
        Snapshot before = current();
        Restart.needed(before.config(), config, problems::add);
        Snapshot built =
                problems.stream().anyMatch(Problem::isError) ? null : assembly.build(config, before, problems::add);
        if (built == null) {
            return StartFailure.configuration(problems).text();
        }
        List<BindFailure> failures = new ArrayList<>();
        Sockets.Change change = sockets.prepare(config.listeners(), built.stacks(), failures);
        AccessLog log;
        try {
            if (!failures.isEmpty()) {
                throw StartFailure.listening(failures);
            }
            log = chronicle.open(config, before.config());
        } catch (StartFailure e) {
            change.abandon();
            built.end(before);
            return e.text();
        }
        ConfigText.warn(LOG, problems);
        apply(built, before, change, log);
        return null;
    }

    private void apply(Snapshot next, @Nullable Snapshot before, Sockets.Change change, AccessLog log) {
        PortcullisConfig config = next.config();
        snapshot = next;
        change.apply();
        gate.limits(Descriptors.connections(config.limits()), config.limits().connectionsPerAddress());
        Diagnostics.level(config.process().logLevel());
        Books.keep(meters, next);
        next.certificates().values().forEach(CertificateIndex::renewTicketKeys);
        chronicle.use(log, config.export().tracing());
        if (before != null) {
            before.end(next);
        }
        // Last: what those before showed in the meters of endpoints that both have is theirs no more.
        next.upstreams().values().forEach(Upstream::begin);
    }

    private AdminHandler adminHandler(@Nullable BindAddress bind) {
        boolean loopback = bind != null && bind.host() != null && Descriptors.isLoopback(bind.host());
        AdminHandler.Product product = new AdminHandler.Product(
                this::reload,
                () -> assembly.certificatesPage(current()),
                AdminPages.of(this::current, assembly, meters),
                AdminPages.actions(this, this::current));
        return new AdminHandler(meters, () -> ready, product, worker, loopback);
    }

    private Snapshot current() {
        Snapshot now = snapshot;
        if (now == null) {
            throw new IllegalStateException("snapshot: not built yet");
        }
        return now;
    }
}
