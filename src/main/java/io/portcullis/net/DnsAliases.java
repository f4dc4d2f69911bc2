package io.portcullis.net;

import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsCnameCache;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hears of every alias (CNAME) that the resolver follows, and answers for none, so that each question is asked anew. What it keeps
 * is how long they hold: a record lives no longer than what led to it.
 */
@OnLoop
final class DnsAliases implements DnsCnameCache {
    private static final int MOST = 1024;
    private static final int LONGEST_CHAIN = 16;

    private record Alias(String of, long ttlSeconds) {}

    private final Map<String, Alias> heard = new HashMap<>();

    /** The shortest time of the aliases that led away from {@code name}, which are forgotten by it. */
    long shortest(String name) {
        long shortest = Integer.MAX_VALUE;
        Alias next = heard.remove(key(name));
        for (int i = 0; next != null && i < LONGEST_CHAIN; i++) {
            shortest = Math.min(shortest, next.ttlSeconds);
            next = heard.remove(key(next.of));
        }
        return shortest;
    }

    @Override
    public @Nullable String get(String hostname) {
        return null;
    }

    @Override
    public void cache(String hostname, String cname, long ttlSeconds, EventLoop loop) {
        if (heard.size() >= MOST) {
            heard.clear();
        }
        heard.put(key(hostname), new Alias(cname, ttlSeconds));
    }

    @Override
    public void clear() {
        heard.clear();
    }

    @Override
    public boolean clear(String hostname) {
        return heard.remove(key(hostname)) != null;
    }

    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }
}
