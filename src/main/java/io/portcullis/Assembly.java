package io.portcullis;

import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.explain.Expectations;
import io.portcullis.explain.Explainer;
import io.portcullis.http.ExchangeHandler;
import io.portcullis.http.Forwarding;
import io.portcullis.http.Http1Writer;
import io.portcullis.listen.Stack;
import io.portcullis.net.Loops;
import io.portcullis.net.Networks;
import io.portcullis.proxy.FlightRecorder;
import io.portcullis.proxy.HttpProxy;
import io.portcullis.proxy.Routing;
import io.portcullis.proxy.Way;
import io.portcullis.route.PathGate;
import io.portcullis.route.RouteTable;
import io.portcullis.telemetry.AccessLog;
import io.portcullis.telemetry.Meters;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.CertificateSource;
import io.portcullis.tls.ClientTls;
import io.portcullis.tls.HotCertificates;
import io.portcullis.tls.ServerTls;
import io.portcullis.upstream.Upstream;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns a configuration into a {@link Snapshot}. Blocks (files, handshakes in process): never on an event loop. */
final class Assembly {
    /** How long a start or a reload waits for names to resolve; whatever has no address by then is served once it has. */
    private static final Duration FIRST_ANSWERS = Duration.ofSeconds(3);

    private final Loops loops;
    private final Meters meters;
    private final Supplier<Routing> routing;
    private final Supplier<AccessLog> accessLog;
    private final HotCertificates hot;
    private final FlightRecorder flights;
    private final StickySecrets stickySecrets = new StickySecrets();

    /** @param routing what is current, read by proxies for each exchange */
    Assembly(Loops loops, Meters meters, Supplier<Routing> routing, Supplier<AccessLog> accessLog) {
        this.loops = loops;
        this.meters = meters;
        this.routing = routing;
        this.accessLog = accessLog;
        this.flights = new FlightRecorder(loops.all());
        this.hot = new HotCertificates(
                Clock.systemUTC(),
                change -> meters.certificateChanged(change.name().toLowerCase(Locale.ROOT)));
    }

    /** What is remembered of exchanges that are over. */
    FlightRecorder flights() {
        return flights;
    }

    /** What {@code GET /certificates} tells of those that {@code snapshot} serves. */
    String certificatesPage(Snapshot snapshot) {
        return CertificatesPage.json(snapshot.certificates(), hot);
    }

    /**
     * Loads, checks and tries out every certificate.
     *
     * @param source where they come from
     * @param before what serves TLS now, by block: contexts that would come out the same are kept
     */
    static Map<String, CertificateIndex> certificates(
            PortcullisConfig config,
            CertificateSource source,
            Map<String, CertificateIndex> before,
            Consumer<Problem> problems) {
        ServerTls serverTls = new ServerTls(source, Clock.systemUTC());
        Map<String, CertificateIndex> built = new LinkedHashMap<>();
        for (TlsConfig block : config.tls().values()) {
            CertificateIndex index = serverTls.build(block, before.get(block.name()), problems);
            if (index != null) {
                built.put(block.name(), index);
            }
        }
        return built;
    }

    /**
     * Builds everything, and opens nothing.
     *
     * @param previous whose unchanged upstreams keep their pools; null at start
     * @param problems hears what is wrong
     * @return null where a problem is an error; nothing is left behind then
     */
    @Nullable
    Snapshot build(PortcullisConfig config, @Nullable Snapshot previous, Consumer<Problem> problems) {
        Map<String, byte[]> secrets = stickySecrets.read(config.upstreams().values(), problems);
        if (secrets == null) {
            return null;
        }
        Map<String, CertificateIndex> before = previous == null ? Map.of() : previous.certificates();
        Map<String, CertificateIndex> certificates = certificates(config, hot, before, problems);
        if (certificates.size() < config.tls().size()
                || !Expectations.hold(config.expect(), new Explainer(config, certificates, name -> null), problems)) {
            certificates.values().forEach(CertificateIndex::close);
            return null;
        }
        Map<String, ClientTls> toward = backendTls(config, problems);
        if (toward == null) {
            certificates.values().forEach(CertificateIndex::close);
            return null;
        }
        hot.keepOnly(config.tls().values());
        Map<String, Upstream> upstreams = upstreams(config, previous, toward, secrets);
        Networks trusted = Networks.of(config.forwarding().trustedProxies());
        RouteTable<Way> table = table(config, upstreams);
        Routing made = new Routing(
                table,
                new PathGate<>(table, way -> way.route().pathPolicy()),
                new Forwarding(trusted, config.forwarding().via()),
                host -> certificates.values().stream().anyMatch(index -> index.covers(host)));
        return new Snapshot(config, made, certificates, upstreams, stacks(config, certificates, trusted));
    }

    /** A stack for a listener of our own that speaks plain HTTP. */
    Stack plain(String name, PortcullisConfig config, ExchangeHandler handler) {
        return new Stack(
                name,
                handler,
                null,
                null,
                config.timeouts(),
                config.limits(),
                config.http2(),
                false,
                List.of(),
                Networks.NONE,
                new Http1Writer(null),
                meters.listener(name));
    }

    /** What is read for TLS toward endpoints, by upstream; null after an error. */
    static @Nullable Map<String, ClientTls> backendTls(PortcullisConfig config, Consumer<Problem> problems) {
        Map<String, ClientTls> read = new HashMap<>();
        boolean refused = false;
        for (UpstreamConfig upstream : config.upstreams().values()) {
            if (upstream.tls() != null) {
                ClientTls tls = ClientTls.read(upstream, Clock.systemUTC(), problems);
                refused |= tls == null;
                if (tls != null) {
                    read.put(upstream.name(), tls);
                }
            }
        }
        return refused ? null : read;
    }

    private Map<String, Upstream> upstreams(
            PortcullisConfig config,
            @Nullable Snapshot previous,
            Map<String, ClientTls> toward,
            Map<String, byte[]> secrets) {
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        int headerLimit = config.limits().headerBytes();
        Upstream.Means means = new Upstream.Means(loops, meters, headerLimit);
        for (UpstreamConfig wanted : config.upstreams().values()) {
            Upstream before = previous == null ? null : previous.upstreams().get(wanted.name());
            Upstream.Secrets own = new Upstream.Secrets(toward.get(wanted.name()), known(secrets, wanted.name()));
            boolean same = before != null && before.isAsGoodFor(wanted, headerLimit, own);
            upstreams.put(wanted.name(), same && before != null ? before : new Upstream(wanted, means, own, before));
        }
        long deadline = System.nanoTime() + FIRST_ANSWERS.toNanos();
        upstreams.values().forEach(upstream -> upstream.awaitNames(deadline - System.nanoTime()));
        return upstreams;
    }

    private RouteTable<Way> table(PortcullisConfig config, Map<String, Upstream> upstreams) {
        return new RouteTable<>(config.routes(), route -> {
            Way.Action action =
                    switch (route.action()) {
                        case RouteConfig.Forward forward -> new Way.Forward(known(upstreams, forward.upstream()));
                        case RouteConfig.Redirect redirect -> new Way.Redirect(redirect);
                        case RouteConfig.Respond respond ->
                            new Way.Respond(respond.status(), respond.contentType(), new Way.Body(respond.body()));
                    };
            return new Way(route, meters.route(route.name()), action);
        });
    }

    private Map<String, Stack> stacks(
            PortcullisConfig config, Map<String, CertificateIndex> certificates, Networks trusted) {
        Map<String, Stack> stacks = new HashMap<>();
        Http1Writer writer = new Http1Writer(config.forwarding().via());
        for (ListenerConfig listener : config.listeners()) {
            TlsConfig tls = listener.tls() == null ? null : known(config.tls(), listener.tls());
            stacks.put(
                    listener.name(),
                    new Stack(
                            listener.name(),
                            new HttpProxy(routing, accessLog, meters, flights, redirect(listener)),
                            tls == null ? null : known(certificates, tls.name()),
                            tls == null || tls.hsts() == null
                                    ? null
                                    : tls.hsts().headerValue(),
                            config.timeouts(),
                            config.limits(),
                            config.http2(),
                            listener.h2c(),
                            tls == null ? List.of() : tls.terms().alpn(),
                            trusted,
                            writer,
                            meters.listener(listener.name())));
        }
        return stacks;
    }

    private HttpProxy.@Nullable HttpsRedirect redirect(ListenerConfig listener) {
        ListenerConfig.RedirectToHttps wanted = listener.redirect();
        return wanted == null
                ? null
                : new HttpProxy.HttpsRedirect(wanted.port(), wanted.status(), meters.route(redirectRoute(listener)));
    }

    /** The route label of a listener that only redirects. */
    static String redirectRoute(ListenerConfig listener) {
        return "redirect-to-https:" + listener.name();
    }

    private static <T> T known(Map<String, T> all, String name) {
        T found = all.get(name);
        if (found == null) {
            throw new IllegalStateException(name + ": passed the configuration's check and is not there");
        }
        return found;
    }
}
