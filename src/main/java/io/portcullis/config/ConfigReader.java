package io.portcullis.config;

import io.portcullis.config.AccessLogConfig.Format;
import io.portcullis.config.RuntimeConfig.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the root: every section, and through the other readers every block. */
final class ConfigReader {
    private static final Duration MS = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long KIB = 1024;
    private static final int MANY = 10_000_000;

    private final Path file;
    private final List<Path> files;
    private final Reading reading;
    private final Node root;

    ConfigReader(Path file, List<Path> files, Reading reading) {
        this.file = file;
        this.files = files;
        this.reading = reading;
        this.root = reading.root();
    }

    PortcullisConfig read() {
        defaults(root.block("defaults"));
        List<ListenerConfig> listeners = List.copyOf(
                named("listeners", "defaults.listener", ListenerReader::read).values());
        Map<String, TlsConfig> tls = named("tls", "defaults.tls", TlsReader::read);
        Map<String, UpstreamConfig> upstreams = named("upstreams", "defaults.upstream", UpstreamReader::read);
        PortcullisConfig config = new PortcullisConfig(
                file,
                new LinkedHashSet<>(files),
                runtime(root.block("runtime")),
                listeners,
                tls,
                upstreams,
                routes(),
                ErrorPageReader.read(root),
                admin(root.block("admin")),
                accessLog(root.block("access-log")),
                ExportReader.read(root),
                timeouts(root.block("timeouts")),
                limits(root.block("limits")),
                http2(root.block("http2")),
                forwarding(root.block("forwarding")),
                process(),
                new DemoConfig(bind(root.block("demo"))),
                root.each("expect", ExpectationReader::read),
                reading.effective());
        root.finish();
        return config;
    }

    /** Checks what was written for all blocks of a kind, also where no block of that kind stands. */
    private static void defaults(Node defaults) {
        template(defaults, "listener", n -> ListenerReader.read("", n));
        template(defaults, "tls", n -> TlsReader.read("", n));
        template(defaults, "policy", TlsTerms::custom);
        template(defaults, "host", n -> TlsTerms.host(n, TlsTerms.NOTHING));
        template(defaults, "client-certificates", TlsTerms::clientCertificates);
        template(defaults, "certificate", TlsReader::certificate);
        template(defaults, "endpoint", BalanceReader::endpoint);
        template(defaults, "upstream", n -> UpstreamReader.read("", n));
        template(defaults, "share", ActionReader::share);
        template(defaults, "error-page", ErrorPageReader::page);
        template(defaults, "route", n -> RouteReader.read(0, n));
        defaults.finish();
    }

    private static void template(Node defaults, String kind, Consumer<Node> reader) {
        Node block = defaults.optionalBlock(kind);
        if (block != null) {
            reader.accept(block.asTemplate());
        }
    }

    private <T> Map<String, T> named(String key, String defaultsKey, BiFunction<String, Node, T> reader) {
        Map<String, T> blocks = new TreeMap<>();
        root.blocks(key, defaultsKey).forEach((name, node) -> {
            if (!Labels.isName(name)) {
                node.error("", "\"" + name + "\" is no name for meters and log", Labels.nameRule());
            }
            blocks.put(name, reader.apply(name, node));
        });
        return Collections.unmodifiableMap(blocks);
    }

    private List<RouteConfig> routes() {
        List<RouteConfig> routes = new ArrayList<>();
        List<Node> nodes = root.blockList("routes", "defaults.route");
        for (int i = 0; i < nodes.size(); i++) {
            routes.addAll(RouteReader.read(i, nodes.get(i)));
        }
        return List.copyOf(routes);
    }

    private static RuntimeConfig runtime(Node node) {
        Map<String, Transport> transports = Map.of(
                "auto", Transport.AUTO, "epoll", Transport.EPOLL, "io_uring", Transport.IO_URING, "nio", Transport.NIO);
        RuntimeConfig runtime = new RuntimeConfig(
                node.value("transport", Units.choice(transports)),
                node.value("event-loops", Units.or("auto", 0, Units.integer(1, 1024))),
                DnsReader.servers(node.block("dns")));
        node.finish();
        return runtime;
    }

    private static AdminConfig admin(Node node) {
        Path token = node.optional("token-file", FileState::path);
        if (token != null) {
            FileRules.readable(node, "token-file", token);
            FileRules.secret(node, "token-file", token);
        }
        return new AdminConfig(bind(node), token);
    }

    private static @Nullable BindAddress bind(Node node) {
        List<BindAddress> bind = node.value("bind", ConfigReader::bindOrOff);
        node.finish();
        return bind.isEmpty() ? null : bind.getFirst();
    }

    private static List<BindAddress> bindOrOff(Setting setting) throws Refusal {
        return setting.isOff() ? List.of() : List.of(Addresses.bind(setting));
    }

    private static AccessLogConfig accessLog(Node node) {
        Map<String, Format> formats = Map.of("json", Format.JSON, "combined", Format.COMBINED, "off", Format.OFF);
        Format format = node.value("format", Units.choice(formats));
        Optional<Path> file = node.value("to", ConfigReader::stdoutOrFile);
        int queue = node.value("queue", Units.integer(64, 1_048_576));
        boolean ja4 = node.value("ja4", Units::flag);
        if (format != Format.OFF) {
            file.ifPresent(f -> FileRules.appendable(node, "to", f));
        }
        node.finish();
        return new AccessLogConfig(format, file.orElse(null), queue, ja4);
    }

    private static Optional<Path> stdoutOrFile(Setting setting) throws Refusal {
        return setting.text().strip().equals("stdout") ? Optional.empty() : Optional.of(FileState.path(setting));
    }

    private static Timeouts timeouts(Node node) {
        ValueReader<Duration> upToHour = Units.duration(MS, HOUR);
        Timeouts timeouts = new Timeouts(
                node.value("tls-handshake", upToHour),
                node.value("request-head", upToHour),
                node.value("request-body-idle", upToHour),
                node.value("keep-alive", Units.duration(MS, Duration.ofDays(1))),
                node.value("response-write", upToHour),
                node.value("tunnel-idle", Units.duration(MS, Duration.ofDays(1))));
        node.finish();
        return timeouts;
    }

    private static Limits limits(Node node) {
        Limits limits = new Limits(
                bytes(node, "request-line", 64, 1024 * KIB),
                bytes(node, "header-bytes", 256, 16 * 1024 * KIB),
                node.value("header-count", Units.integer(8, 10_000)),
                node.value("request-body", Units.or("off", Limits.UNLIMITED, Units.size(1, Limits.UNLIMITED))),
                node.value("min-rate", Units.or("off", 0L, Units.size(1, 1024 * KIB))),
                bytes(node, "client-hello", 1 * KIB, 64 * KIB),
                node.value("connections", Units.or("auto", 0, Units.integer(1, MANY))),
                node.value("connections-per-address", Units.or("off", Integer.MAX_VALUE, Units.integer(1, MANY))));
        node.finish();
        return limits;
    }

    private static Http2Config http2(Node node) {
        Http2Config http2 = new Http2Config(
                node.value("max-streams", Units.integer(1, 10_000)),
                bytes(node, "stream-window", 64 * KIB - 1, 16 * 1024 * KIB),
                bytes(node, "connection-window", 64 * KIB - 1, 64 * 1024 * KIB));
        node.finish();
        return http2;
    }

    private static int bytes(Node node, String key, long min, long max) {
        return Math.toIntExact(node.value(key, Units.size(min, max)));
    }

    private static ForwardingConfig forwarding(Node node) {
        ValueReader<String> range = setting -> IpAddresses.believed(node, setting);
        ForwardingConfig forwarding =
                new ForwardingConfig(node.each("trusted-proxies", range), node.value("via", Labels::token));
        node.finish();
        return forwarding;
    }

    private ProcessConfig process() {
        Node drain = root.block("drain");
        Node reload = root.block("reload");
        Node log = root.block("log");
        Map<String, String> levels = Map.of("error", "error", "warn", "warn", "info", "info", "debug", "debug");
        ProcessConfig process = new ProcessConfig(
                drain.value("timeout", Units.duration(MS, HOUR)),
                reload.value("watch", Units::flag),
                reload.value("settle", Units.duration(Duration.ofMillis(10), Duration.ofMinutes(1))),
                log.value("level", Units.choice(levels)));
        drain.finish();
        reload.finish();
        log.finish();
        return process;
    }
}
