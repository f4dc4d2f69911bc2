package io.portcullis.upstream;

import io.portcullis.config.EndpointConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.config.UpstreamConfig.EndpointAddress;
import io.portcullis.net.Dns;
import io.portcullis.net.Networks;
import io.portcullis.telemetry.UpstreamMeters;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints an upstream's configuration stands for just now. Addresses stand for themselves; names are watched, one {@link
 * NameWatch} each, and so are the hosts that SRV records name. Safe for any thread; what changes does so on the loop of {@link Dns}.
 */
final class Discovery {
    private static final int MOST_WEIGHT = 256;

    private final UpstreamConfig config;
    private final Dns dns;
    private final Lookups lookups;
    private final UpstreamMeters meters;
    private final Consumer<List<Wanted>> hearer;
    private final Map<String, NameWatch<Dns.Service>> services = new LinkedHashMap<>();
    private final Map<String, NameWatch<InetAddress>> hosts = new ConcurrentHashMap<>();
    private final CountDownLatch heard;
    private volatile boolean begun;
    private volatile boolean over;

    /**
     * @param previous what it found for the same upstream is believed until there is an answer; null where there was none
     * @param hearer is told of every change, on the loop
     */
    Discovery(
            UpstreamConfig config,
            Dns dns,
            UpstreamMeters meters,
            @Nullable Discovery previous,
            Consumer<List<Wanted>> hearer) {
        this.config = config;
        this.dns = dns;
        this.lookups = new Lookups(dns, config.lookup().family());
        this.meters = meters;
        this.hearer = hearer;
        for (EndpointConfig each : config.endpoints()) {
            EndpointAddress address = each.address();
            if (address.isService()) {
                services.computeIfAbsent(address.host(), name -> service(name, previous));
            }
        }
        needed().forEach(host -> hosts.computeIfAbsent(host, name -> host(name, previous)));
        heard = new CountDownLatch(isHeard() ? 0 : 1);
    }

    /** Asks for what nothing is known of. */
    void ask() {
        if (!services.isEmpty() || !hosts.isEmpty()) {
            dns.loop().executor().execute(this::askUnheard);
        }
    }

    /** Waits until every name had its first answer, be it that there is none. Never on a loop. */
    void await(long nanos) {
        try {
            heard.await(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks again and again from now on. */
    void begin() {
        if (!begun) {
            begun = true;
            meters.unresolved(() -> unresolved().size());
            dns.loop().executor().execute(() -> {
                services.values().forEach(NameWatch::begin);
                hosts.values().forEach(NameWatch::begin);
            });
        }
    }

    void end() {
        over = true;
        dns.loop().executor().execute(() -> {
            services.values().forEach(NameWatch::end);
            hosts.values().forEach(NameWatch::end);
        });
    }

    /** Names that nothing is known of. */
    List<String> unresolved() {
        List<String> names = new ArrayList<>();
        services.forEach((name, watch) -> {
            if (watch.known().isEmpty()) {
                names.add("srv:" + name);
            }
        });
        hosts.forEach((name, watch) -> {
            if (watch.known().isEmpty()) {
                names.add(name);
            }
        });
        return names;
    }

    /** The endpoints now; each address once. */
    List<Wanted> wanted() {
        Map<EndpointAddress, Wanted> wanted = new LinkedHashMap<>();
        for (EndpointConfig each : config.endpoints()) {
            if (each.address().isService()) {
                NameWatch<Dns.Service> watch = services.get(each.address().host());
                targets(each, watch == null ? List.of() : watch.known(), wanted);
            } else if (isName(each.address())) {
                addresses(each, each, wanted);
            } else {
                wanted.putIfAbsent(each.address(), new Wanted(each, each));
            }
        }
        return List.copyOf(wanted.values());
    }

    /** Priority by priority: the lowest serves, the next one is the first of backups, and so on (RFC 2782). Weights are scaled to what an endpoint can have. */
    private void targets(EndpointConfig from, List<Dns.Service> found, Map<EndpointAddress, Wanted> wanted) {
        List<Integer> priorities =
                found.stream().map(Dns.Service::priority).distinct().sorted().toList();
        int heaviest = found.stream().mapToInt(Dns.Service::weight).max().orElse(0);
        for (Dns.Service each : found) {
            int weight = heaviest <= MOST_WEIGHT ? each.weight() : each.weight() * MOST_WEIGHT / heaviest;
            EndpointConfig as = new EndpointConfig(
                    new EndpointAddress(each.target(), each.port(), null),
                    Math.max(1, weight),
                    Math.min(EndpointConfig.LAST_BACKUP, from.backup() + priorities.indexOf(each.priority())));
            addresses(as, from, wanted);
        }
    }

    private void addresses(EndpointConfig name, EndpointConfig from, Map<EndpointAddress, Wanted> wanted) {
        NameWatch<InetAddress> watch = hosts.get(name.address().host());
        for (InetAddress each : watch == null ? List.<InetAddress>of() : watch.known()) {
            EndpointAddress at = name.address().at(each.getHostAddress());
            wanted.putIfAbsent(at, new Wanted(new EndpointConfig(at, name.weight(), name.backup()), from));
        }
    }

    /** The hosts that have to be asked for just now. */
    private List<String> needed() {
        List<String> needed = new ArrayList<>();
        for (EndpointConfig each : config.endpoints()) {
            if (isName(each.address())) {
                needed.add(each.address().host());
            }
        }
        services.values().forEach(watch -> watch.known().forEach(service -> needed.add(service.target())));
        return needed;
    }

    private void askUnheard() {
        services.values().stream().filter(watch -> !watch.isHeard()).forEach(NameWatch::ask);
        hosts.values().stream().filter(watch -> !watch.isHeard()).forEach(NameWatch::ask);
    }

    /** The hosts of services may be others now. */
    private void servicesChanged() {
        List<String> needed = needed();
        for (String host : needed) {
            if (!over && !hosts.containsKey(host)) {
                NameWatch<InetAddress> watch = host(host, null);
                hosts.put(host, watch);
                if (begun) {
                    watch.begin();
                } else {
                    watch.ask();
                }
            }
        }
        changed();
    }

    /** Tells, once there is an answer for every name: what is new is there before what was goes, and nobody is never better. */
    private void changed() {
        if (!isHeard() || over) {
            return;
        }
        List<String> needed = needed();
        hosts.forEach((host, watch) -> {
            if (!needed.contains(host) && hosts.remove(host, watch)) {
                watch.end();
            }
        });
        List<Wanted> now = wanted();
        if (!now.isEmpty()) {
            hearer.accept(now);
        }
        heard.countDown();
    }

    private boolean isHeard() {
        return services.values().stream().allMatch(NameWatch::isHeard)
                && hosts.values().stream().allMatch(NameWatch::isHeard);
    }

    private NameWatch<Dns.Service> service(String name, @Nullable Discovery previous) {
        NameWatch<Dns.Service> before = previous == null ? null : previous.services.get(name);
        return new NameWatch<>(
                new NameWatch.Subject<Dns.Service>(
                        config.name() + ": srv:" + name,
                        config.lookup(),
                        then -> dns.services(name, then),
                        (known, found) -> Lookups.services(found)),
                dns.loop(),
                meters,
                before == null ? List.of() : before.known(),
                this::servicesChanged);
    }

    private NameWatch<InetAddress> host(String name, @Nullable Discovery previous) {
        NameWatch<InetAddress> before = previous == null ? null : previous.hosts.get(name);
        return new NameWatch<>(
                new NameWatch.Subject<InetAddress>(
                        config.name() + ": " + name,
                        config.lookup(),
                        then -> lookups.addresses(name, then),
                        Lookups::addresses),
                dns.loop(),
                meters,
                before == null ? List.of() : before.known(),
                this::changed);
    }

    private static boolean isName(EndpointAddress address) {
        return address.unixPath() == null && !address.isService() && Networks.bytes(address.host()) == null;
    }
}
