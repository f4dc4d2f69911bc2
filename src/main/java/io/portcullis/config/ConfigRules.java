package io.portcullis.config;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What only shows when the whole is seen: names that lead nowhere, blocks nobody uses, risks. Opens nothing. */
final class ConfigRules {
    private final PortcullisConfig config;
    private final Reading reading;

    ConfigRules(PortcullisConfig config, Reading reading) {
        this.config = config;
        this.reading = reading;
    }

    void check() {
        listeners();
        unused();
        exposure();
        new BindRules(config, reading).check();
        new RouteRules(config, reading).check();
        new SignerRules(config, reading).check();
    }

    private void listeners() {
        if (config.listeners().isEmpty()) {
            error(
                    "listeners",
                    wholeFile(),
                    "there is no listener",
                    "write listeners { https { bind = [\"*:443\"], tls = … } }");
        }
        for (ListenerConfig listener : config.listeners()) {
            String tls = listener.tls();
            if (tls != null && !config.tls().containsKey(tls)) {
                unknown(
                        "listeners." + listener.name() + ".tls",
                        listener.where(),
                        "tls block",
                        tls,
                        config.tls().keySet());
            }
            if (listener.routes() && config.routes().isEmpty() && !reading.isWritten("routes[0]")) {
                error(
                        "routes",
                        wholeFile(),
                        "the listener \"" + listener.name() + "\" routes, but there is no route",
                        "write routes = [ { upstream = … } ]");
            }
            redirectPort(listener);
        }
    }

    private void redirectPort(ListenerConfig listener) {
        ListenerConfig.RedirectToHttps redirect = listener.redirect();
        if (redirect == null) {
            return;
        }
        boolean served = config.listeners().stream()
                .filter(l -> l.tls() != null)
                .flatMap(l -> l.bind().stream())
                .anyMatch(b -> b.unixPath() == null && b.port() == redirect.port());
        if (!served) {
            warn(
                    3,
                    "listeners." + listener.name() + ".redirect-to-https.port",
                    lineOf("listeners." + listener.name() + ".redirect-to-https", listener.where()),
                    "no listener with tls listens on port " + redirect.port(),
                    "right only where something in front maps that port; else name a port that a tls listener binds");
        }
    }

    private void unused() {
        Set<String> usedTls =
                config.listeners().stream().map(ConfigRules::tlsName).collect(Collectors.toSet());
        for (TlsConfig tls : config.tls().values()) {
            if (!usedTls.contains(tls.name())) {
                warn(
                        1,
                        "tls." + tls.name(),
                        tls.where(),
                        "no listener uses this block",
                        "name it in a listener: tls = " + tls.name() + ", or remove it");
            }
        }
        Set<String> usedUpstreams = config.routes().stream()
                .flatMap(route -> route.upstreams().stream())
                .collect(Collectors.toSet());
        config.tls().values().stream()
                .flatMap(block -> block.certificates().stream())
                .map(TlsConfig.Certificate::signer)
                .filter(Objects::nonNull)
                .forEach(signer -> usedUpstreams.add(signer.upstream()));
        config.routes().forEach(route -> {
            if (route.shaping().mirror() != null) {
                usedUpstreams.add(route.shaping().mirror().upstream());
            }
        });
        for (UpstreamConfig upstream : config.upstreams().values()) {
            if (!usedUpstreams.contains(upstream.name())) {
                warn(
                        1,
                        "upstreams." + upstream.name(),
                        upstream.where(),
                        "no route uses this upstream",
                        "name it in a route: upstream = " + upstream.name() + ", or remove it");
            }
        }
    }

    private void exposure() {
        BindAddress admin = config.admin().bind();
        if (admin != null && !isLocal(admin)) {
            warn(
                    5,
                    "admin.bind",
                    admin.where(),
                    "the admin listener can be reached from outside this machine: " + admin,
                    "bind it to 127.0.0.1, [::1] or a Unix socket");
        }
        BindAddress demo = config.demo().bind();
        if (demo != null && !isLocal(demo)) {
            warn(
                    2,
                    "demo.bind",
                    demo.where(),
                    "the demo backend can be reached from outside this machine: " + demo,
                    "bind it to 127.0.0.1");
        }
    }

    private static String tlsName(ListenerConfig listener) {
        String tls = listener.tls();
        return tls == null ? "" : tls;
    }

    /** Whether only this machine reaches it. */
    static boolean isLocal(BindAddress bind) {
        String host = bind.host();
        if (bind.unixPath() != null) {
            return true;
        }
        if (host == null) {
            return false;
        }
        InetAddress address = IpAddresses.literal(host);
        return address == null ? host.equals("localhost") : address.isLoopbackAddress();
    }

    private void unknown(String key, SourceLine fallback, String kind, String name, Collection<String> known) {
        reading.add(unknownName(kind, name, known, key, lineOf(key, fallback)));
    }

    static Problem unknownName(String kind, String name, Collection<String> known, String key, SourceLine where) {
        return Problem.error(
                where, key, "there is no " + kind + " named \"" + name + "\"", Spelling.suggestion(name, known));
    }

    private SourceLine wholeFile() {
        return new SourceLine(config.file().toString(), 1);
    }

    private SourceLine lineOf(String key, SourceLine fallback) {
        return reading.lineOf(key, fallback);
    }

    private void error(String key, SourceLine fallback, String message, String remedy) {
        reading.add(Problem.error(lineOf(key, fallback), key, message, remedy));
    }

    private void warn(int risk, String key, SourceLine fallback, String message, String remedy) {
        reading.add(Problem.warning(risk, lineOf(key, fallback), key, message, remedy));
    }
}
