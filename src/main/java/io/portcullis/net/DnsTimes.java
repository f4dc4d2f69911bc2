package io.portcullis.net;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.resolver.dns.DnsCnameCache;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cache that answers nothing, so that each question is asked anew: what it hears, and the resolver does not pass on, is how long
 * records hold. One lives no longer than the alias (CNAME) of the name asked for; of aliases behind that one Netty tells no time.
 */
@OnLoop
final class DnsTimes implements DnsCache, DnsCnameCache {
    private static final int MOST = 1024;

    /** Seconds, by name; with the domain that was searched behind it. */
    private final Map<String, Long> shortest = new HashMap<>();

    /** The name that was asked for, by what it is an alias of. */
    private final Map<String, String> aliases = new HashMap<>();

    /** The shortest time of what was heard of {@code name}, which is forgotten by it; very long where nothing was. */
    long shortest(String name) {
        String key = key(name);
        long seconds = Integer.MAX_VALUE;
        for (Map.Entry<String, Long> each : shortest.entrySet()) {
            if (each.getKey().startsWith(key)) {
                seconds = Math.min(seconds, each.getValue());
            }
        }
        shortest.keySet().removeIf(each -> each.startsWith(key));
        aliases.values().removeIf(each -> each.startsWith(key));
        return seconds;
    }

    @Override
    public @Nullable String get(String hostname) {
        return null;
    }

    @Override
    public void cache(String hostname, String cname, long ttlSeconds, EventLoop loop) {
        String asked = aliases.getOrDefault(key(hostname), key(hostname));
        heard(asked, ttlSeconds);
        aliases.put(key(cname), asked);
    }

    @Override
    @SuppressWarnings("NullAway") // null is what an empty cache answers
    public List<? extends DnsCacheEntry> get(String hostname, DnsRecord[] additionals) {
        return null;
    }

    @Override
    @SuppressWarnings("NullAway")
    public DnsCacheEntry cache(
            String hostname, DnsRecord[] additionals, InetAddress address, long ttlSeconds, EventLoop loop) {
        heard(key(hostname), ttlSeconds);
        return null;
    }

    @Override
    @SuppressWarnings("NullAway")
    public DnsCacheEntry cache(String hostname, DnsRecord[] additionals, Throwable cause, EventLoop loop) {
        return null;
    }

    @Override
    public void clear() {
        shortest.clear();
        aliases.clear();
    }

    @Override
    public boolean clear(String hostname) {
        return shortest.remove(key(hostname)) != null;
    }

    private void heard(String asked, long seconds) {
        if (shortest.size() >= MOST || aliases.size() >= MOST) {
            clear();
        }
        shortest.merge(asked, seconds, Math::min);
    }

    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }
}
