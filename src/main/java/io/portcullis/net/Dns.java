package io.portcullis.net;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.portcullis.config.DnsConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks name servers, and remembers nothing: who asks keeps the answer for as long as it says. The hosts file comes first. An answer
 * that was cut off is asked for again by TCP (RFC 7766 §5). Safe for any thread; answers come on {@link #loop}.
 */
public final class Dns implements AutoCloseable {
    /** Records of one answer that are looked at; what comes after them is left out. */
    static final int MOST = 64;

    /** What became of a question. */
    public sealed interface Answer<T> permits Found, None, Failed {}

    /**
     * There are such records.
     *
     * @param records at least one, at most {@link #MOST}
     * @param ttlSeconds how long they hold: the shortest time of the records and of the name's own alias, 0 and up
     * @param whole whether that is all; else a second question, for the other family of addresses, was not answered
     */
    public record Found<T>(List<T> records, long ttlSeconds, boolean whole) implements Answer<T> {}

    /** There are none, says who knows (NXDOMAIN, or no record of this kind). */
    public record None<T>(String why) implements Answer<T> {}

    /** Nobody said anything of use. */
    public record Failed<T>(String why) implements Answer<T> {}

    /**
     * Where a service is found (RFC 2782).
     *
     * @param priority the lowest comes first, 0 to 65535
     * @param weight its share among those of one priority, 0 to 65535
     * @param target a host name without the dot at its end
     */
    public record Service(int priority, int weight, int port, String target) {}

    private final Loop loop;
    private final DnsTimes times = new DnsTimes();
    private final DnsNameResolver four;
    private final DnsNameResolver six;

    Dns(Loop loop, Loops.Channels channels, DnsConfig config) {
        this.loop = loop;
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder((EventLoop) loop.executor())
                .datagramChannelType(channels.datagram())
                .socketChannelType(channels.client().asSubclass(SocketChannel.class))
                // A port of its own for each question: who guesses answers has to guess it too (RFC 5452 §9.2).
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .resolveCache(times)
                .cnameCache(times)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .queryTimeoutMillis(config.timeout().toMillis());
        if (!config.servers().isEmpty()) {
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(
                    config.servers().stream().map(Dns::server).toList()));
        }
        four = builder.resolvedAddressTypes(ResolvedAddressTypes.IPV4_ONLY).build();
        six = builder.resolvedAddressTypes(ResolvedAddressTypes.IPV6_ONLY).build();
    }

    /** The loop that answers come on. */
    public Loop loop() {
        return loop;
    }

    /** Asks for the IPv4 addresses of {@code host}. */
    public void ipv4(String host, Consumer<Answer<InetAddress>> hearer) {
        addresses(four, host, "A", hearer);
    }

    /** Asks for its IPv6 addresses. */
    public void ipv6(String host, Consumer<Answer<InetAddress>> hearer) {
        addresses(six, host, "AAAA", hearer);
    }

    /** Asks where the service {@code name} ({@code _http._tcp.example.com}) is found. */
    public void services(String name, Consumer<Answer<Service>> hearer) {
        DnsQuestion question = new DefaultDnsQuestion(name, DnsRecordType.SRV);
        loop.executor().execute(() -> four.resolveAll(question)
                .addListener((Future<List<DnsRecord>> done) ->
                        hearer.accept(done.isSuccess() ? services(done.getNow()) : without("SRV", done.cause()))));
    }

    @Override
    public void close() {
        four.close();
        six.close();
    }

    private void addresses(DnsNameResolver resolver, String host, String type, Consumer<Answer<InetAddress>> hearer) {
        loop.executor().execute(() -> resolver.resolveAll(host).addListener((Future<List<InetAddress>> done) -> {
            long ttl = times.shortest(host);
            hearer.accept(
                    done.isSuccess()
                            ? found(
                                    done.getNow().stream()
                                            .filter(DnsRecords::isHost)
                                            .toList(),
                                    ttl)
                            : without(type, done.cause()));
        }));
    }

    private static Answer<Service> services(List<DnsRecord> records) {
        List<Service> found = new ArrayList<>();
        long ttl = Integer.MAX_VALUE;
        for (DnsRecord record : records) {
            Service service = DnsRecords.service(record);
            if (service != null) {
                found.add(service);
                ttl = Math.min(ttl, record.timeToLive());
            }
            ReferenceCountUtil.release(record);
        }
        return found(found, ttl);
    }

    private static <T> Answer<T> found(List<T> all, long ttlSeconds) {
        List<T> records = all.stream().distinct().limit(MOST).toList();
        return records.isEmpty()
                ? new None<>("the answer holds nothing that can be used")
                : new Found<>(records, ttlSeconds, true);
    }

    private static <T> Answer<T> without(String type, @Nullable Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof DnsNameResolverTimeoutException) {
                return new Failed<>("no name server answered in time");
            }
            if (each instanceof DnsErrorCauseException said) {
                return said.getCode().equals(DnsResponseCode.NXDOMAIN)
                        ? new None<>("there is no such name (NXDOMAIN)")
                        : new Failed<>("the name server answers " + said.getCode());
            }
        }
        return new None<>("there is no record of type " + type);
    }

    private static InetSocketAddress server(DnsConfig.Server server) {
        byte[] literal = Networks.bytes(server.address());
        if (literal == null) {
            throw new IllegalArgumentException("runtime.dns.servers: " + server + " (expected: an IP address)");
        }
        return new InetSocketAddress(DnsRecords.address(literal), server.port());
    }
}
