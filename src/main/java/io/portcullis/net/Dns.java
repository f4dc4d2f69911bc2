package io.portcullis.net;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.portcullis.config.DnsConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
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
     * @param ttlSeconds how long they hold: the shortest time of the records and of the aliases that led to them, 0 and up
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
    private final DnsNameResolver resolver;
    private final DnsAliases aliases = new DnsAliases();

    Dns(Loop loop, Loops.Channels channels, DnsConfig config) {
        this.loop = loop;
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder((EventLoop) loop.executor())
                .datagramChannelType(channels.datagram())
                .socketChannelType(channels.client().asSubclass(SocketChannel.class))
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(aliases)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .queryTimeoutMillis(config.timeout().toMillis());
        if (!config.servers().isEmpty()) {
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(
                    config.servers().stream().map(Dns::server).toList()));
        }
        resolver = builder.build();
    }

    /** The loop that answers come on. */
    public Loop loop() {
        return loop;
    }

    /** Asks for the IPv4 addresses of {@code host}. */
    public void ipv4(String host, Consumer<Answer<InetAddress>> hearer) {
        ask(host, DnsRecordType.A, DnsRecords::address, hearer);
    }

    /** Asks for its IPv6 addresses. */
    public void ipv6(String host, Consumer<Answer<InetAddress>> hearer) {
        ask(host, DnsRecordType.AAAA, DnsRecords::address, hearer);
    }

    /** Asks where the service {@code name} ({@code _http._tcp.example.com}) is found. */
    public void services(String name, Consumer<Answer<Service>> hearer) {
        ask(name, DnsRecordType.SRV, DnsRecords::service, hearer);
    }

    @Override
    public void close() {
        resolver.close();
    }

    private <T> void ask(
            String name,
            DnsRecordType type,
            Function<DnsRecord, @Nullable T> reader,
            Consumer<Answer<T>> hearer) {
        DnsQuestion question = new DefaultDnsQuestion(name, type);
        loop.executor().execute(() -> resolver.resolveAll(question)
                .addListener((Future<List<DnsRecord>> done) -> hearer.accept(
                        done.isSuccess()
                                ? read(name, done.getNow(), reader)
                                : without(type.name(), done.cause()))));
    }

    private <T> Answer<T> read(String name, List<DnsRecord> records, Function<DnsRecord, @Nullable T> reader) {
        List<T> found = new ArrayList<>();
        long ttl = aliases.shortest(name);
        for (DnsRecord record : records) {
            T read = found.size() < MOST ? reader.apply(record) : null;
            if (read != null && !found.contains(read)) {
                found.add(read);
                ttl = Math.min(ttl, record.timeToLive());
            }
            ReferenceCountUtil.release(record);
        }
        return found.isEmpty()
                ? new None<>("the answer holds nothing that can be used")
                : new Found<>(List.copyOf(found), ttl, true);
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
