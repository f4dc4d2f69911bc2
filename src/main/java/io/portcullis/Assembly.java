package io.portcullis;

import io.portcullis.config.ListenerConfig;
import io.portcullis.config.MirrorConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.explain.Expectations;
import io.portcullis.explain.Explainer;
import io.portcullis.http.ClaimedNames;
import io.portcullis.http.ExchangeHandler;
import io.portcullis.http.Forwarding;
import io.portcullis.http.Http1Writer;
import io.portcullis.listen.ProxyPeers;
import io.portcullis.listen.Stack;
import io.portcullis.net.Loops;
import io.portcullis.net.Networks;
import io.portcullis.proxy.FlightRecorder;
import io.portcullis.proxy.HttpProxy;
import io.portcullis.proxy.Mirror;
import io.portcullis.proxy.Routing;
import io.portcullis.proxy.Scribes;
import io.portcullis.proxy.Way;
import io.portcullis.route.PathGate;
import io.portcullis.route.RouteTable;
import io.portcullis.sign.Keyring;
import io.portcullis.sign.SigningHandler;
import io.portcullis.sign.UpstreamKeys;
import io.portcullis.telemetry.Meters;
import io.portcullis.telemetry.RouteMeters;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.ClientCensus;
import io.portcullis.tls.ClientTls;
import io.portcullis.tls.HotCertificates;
import io.portcullis.tls.HstsRamps;
import io.portcullis.tls.RemoteKeys;
import io.portcullis.tls.ServerTls;
import io.portcullis.tls.Stapling;
import io.portcullis.upstream.Upstream;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns a configuration into a {@link Snapshot}. Blocks (files, handshakes in process): never on an event loop. */
final class Assembly {
    /** How long a start or a reload waits for names to resolve; whatever has no address by then is served once it has. */
    private static final Duration FIRST_ANSWERS = Duration.ofSeconds(3);

    private final Loops loops;
    private final Meters meters;
    private final Running running;
    private final RemoteKeys keys;
    private final Scribes scribes;
    private final HotCertificates hot;
    private final Stapling stapling;
    private final FlightRecorder flights;
    private final ClientCensus census = new ClientCensus(InstantSource.system());
    private final HstsRamps ramps = new HstsRamps(InstantSource.system());
    private final Witnesses witnesses = new Witnesses(census, ramps);
    private final StickySecrets stickySecrets = new StickySecrets();

    /**
     * What runs, for what looks at it for each exchange.
     *
     * @param snapshot what is current; null before the start
     * @param worker runs what takes long
     */
    record Running(Supplier<@Nullable Snapshot> snapshot, Executor worker) {
        Snapshot current() {
            return Objects.requireNonNull(snapshot.get());
        }

        @Nullable
        Upstream upstream(String name) {
            Snapshot now = snapshot.get();
            return now == null ? null : now.upstreams().get(name);
        }
    }

    Assembly(Loops loops, Meters meters, Running running, Chronicle chronicle) {
        this.loops = loops;
        this.meters = meters;
        this.running = running;
        this.keys = new UpstreamKeys(loops, running::upstream, meters);
        this.flights = new FlightRecorder(loops.all());
        this.scribes = chronicle.scribes(flights);
        this.stapling = new Stapling(Clock.systemUTC(), meters::ocspAnswered);
        this.hot = new HotCertificates(
                Clock.systemUTC(),
                change -> meters.certificateChanged(change.name().toLowerCase(Locale.ROOT)));
    }

    /** What is remembered of exchanges that are over. */
    FlightRecorder flights() {
        return flights;
    }

    /** Who has shaken hands. */
    ClientCensus census() {
        return census;
    }

    /** What climbs. */
    HstsRamps ramps() {
        return ramps;
    }

    /** What {@code GET /certificates} tells of those that {@code snapshot} serves. */
    String certificatesPage(Snapshot snapshot) {
        return CertificatesPage.json(snapshot.certificates(), hot, stapling);
    }

    /** What fetches OCSP staples; {@link TlsClocks} closes it. */
    Stapling stapling() {
        return stapling;
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
        ServerTls serverTls = new ServerTls(hot, stapling, keys, Clock.systemUTC());
        Map<String, CertificateIndex> certificates = KeyMaterial.certificates(config, serverTls, before, problems);
        if (certificates.size() < config.tls().size()
                || !Expectations.hold(config.expect(), explainer(config, certificates), problems)) {
            certificates.values().forEach(CertificateIndex::close);
            return null;
        }
        Map<String, ClientTls> toward = KeyMaterial.backendTls(config, problems);
        Map<String, Keyring> keyrings = KeyMaterial.keyrings(config, hot, problems);
        if (toward == null || keyrings == null) {
            certificates.values().forEach(CertificateIndex::close);
            return null;
        }
        hot.keepOnly(config.certificates());
        Map<String, Upstream> upstreams = upstreams(config, previous, toward, secrets);
        Networks trusted = Networks.of(config.forwarding().trustedProxies());
        RouteTable<Way> table = table(config, upstreams);
        Routing made = new Routing(
                table,
                new PathGate<>(table, way -> way.route().pathPolicy()),
                new Forwarding(trusted, config.forwarding().via(), ClaimedNames.of(config.claimedFields())),
                host -> certificates.values().stream().anyMatch(index -> index.covers(host)),
                config.errorPages());
        return new Snapshot(
                config, made, certificates, upstreams, keyrings, stacks(config, certificates, trusted), ramps);
    }

    /** A stack for a listener of our own that speaks plain HTTP. */
    Stack plain(String name, PortcullisConfig config, ExchangeHandler handler) {
        return new Stack(
                name,
                handler,
                null,
                () -> null,
                config.timeouts(),
                config.limits(),
                config.http2(),
                false,
                List.of(),
                false,
                witnesses.of(null),
                Networks.NONE,
                null,
                new Http1Writer(null),
                meters.listener(name));
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
                        case RouteConfig.Split split ->
                            new Way.Split(
                                    split,
                                    split.shares().stream()
                                            .map(share -> known(upstreams, share.upstream()))
                                            .toList());
                        case RouteConfig.Redirect redirect -> new Way.Redirect(redirect);
                        case RouteConfig.Respond respond -> new Way.Respond(respond);
                    };
            RouteMeters counted = meters.route(route.name());
            MirrorConfig mirror = route.shaping().mirror();
            return new Way(
                    route,
                    counted,
                    action,
                    mirror == null ? null : new Mirror(mirror, known(upstreams, mirror.upstream()), counted));
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
                            witnesses.around(handler(listener), tls, config, certificates),
                            tls == null ? null : known(certificates, tls.name()),
                            tls == null ? () -> null : ramps.header(tls),
                            config.timeouts(),
                            config.limits(),
                            config.http2(),
                            listener.h2c(),
                            tls == null ? List.of() : tls.terms().alpn(),
                            config.accessLog().tellsJa4(),
                            witnesses.of(tls),
                            trusted,
                            proxies(listener.proxyProtocol()),
                            writer,
                            meters.listener(listener.name())));
        }
        return stacks;
    }

    private static @Nullable ProxyPeers proxies(ListenerConfig.@Nullable ProxyProtocol wanted) {
        return wanted == null ? null : new ProxyPeers(Networks.of(wanted.from()), wanted.timeout());
    }

    private Explainer explainer(PortcullisConfig config, Map<String, CertificateIndex> certificates) {
        return new Explainer(
                config, certificates, name -> null, block -> ramps.header(block).get());
    }

    private ExchangeHandler handler(ListenerConfig listener) {
        String name = listener.name();
        return listener.signing() == null
                ? new HttpProxy(() -> running.current().routing(), scribes, meters, redirect(listener))
                : new SigningHandler(
                        () -> known(running.current().keyrings(), name), meters.listener(name), running.worker());
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

    static <T> T known(Map<String, T> all, String name) {
        T found = all.get(name);
        if (found == null) {
            throw new IllegalStateException(name + ": passed the configuration's check and is not there");
        }
        return found;
    }
}
