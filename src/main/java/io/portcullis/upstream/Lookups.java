package io.portcullis.upstream;

import io.portcullis.config.LookupConfig;
import io.portcullis.net.Dns;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** The questions that a name makes, by the families of addresses that are wanted. */
record Lookups(Dns dns, LookupConfig.Family family) {
    private static final Comparator<InetAddress> BY_BYTES =
            (one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress());
    private static final Comparator<Dns.Service> BY_PRIORITY = Comparator.comparingInt(Dns.Service::priority)
            .thenComparing(Dns.Service::target)
            .thenComparingInt(Dns.Service::port)
            .thenComparingInt(Dns.Service::weight);

    /** Asks for the addresses of {@code host}. */
    void addresses(String host, Consumer<Dns.Answer<InetAddress>> hearer) {
        switch (family) {
            case PREFER_IPV4 ->
                dns.ipv4(host, first -> {
                    if (first instanceof Dns.None) {
                        dns.ipv6(host, hearer);
                    } else {
                        hearer.accept(first);
                    }
                });
            case PREFER_IPV6 ->
                dns.ipv6(host, first -> {
                    if (first instanceof Dns.None) {
                        dns.ipv4(host, hearer);
                    } else {
                        hearer.accept(first);
                    }
                });
            case BOTH -> dns.ipv4(host, first -> dns.ipv6(host, second -> hearer.accept(both(first, second))));
        }
    }

    /** What is known of a host: in one order, and the family that was not asked with success as it was. */
    static List<InetAddress> addresses(List<InetAddress> known, Dns.Found<InetAddress> found) {
        List<InetAddress> now = new ArrayList<>(found.records());
        if (!found.whole()) {
            int length = now.getFirst().getAddress().length;
            known.stream().filter(each -> each.getAddress().length != length).forEach(now::add);
        }
        now.sort(BY_BYTES);
        return List.copyOf(now);
    }

    /** What is known of a service: in one order. */
    static List<Dns.Service> services(Dns.Found<Dns.Service> found) {
        return found.records().stream().sorted(BY_PRIORITY).toList();
    }

    private static Dns.Answer<InetAddress> both(Dns.Answer<InetAddress> four, Dns.Answer<InetAddress> six) {
        if (four instanceof Dns.Found<InetAddress> one && six instanceof Dns.Found<InetAddress> other) {
            List<InetAddress> all = new ArrayList<>(one.records());
            all.addAll(other.records());
            return new Dns.Found<>(all, Math.min(one.ttlSeconds(), other.ttlSeconds()), true);
        }
        if (four instanceof Dns.Found<InetAddress> one) {
            return new Dns.Found<>(one.records(), one.ttlSeconds(), six instanceof Dns.None);
        }
        if (six instanceof Dns.Found<InetAddress> other) {
            return new Dns.Found<>(other.records(), other.ttlSeconds(), four instanceof Dns.None);
        }
        return four instanceof Dns.Failed ? four : six;
    }
}
