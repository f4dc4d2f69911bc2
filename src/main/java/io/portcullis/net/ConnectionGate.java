package io.portcullis.net;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts open client connections, of the whole process and of each address, and says no at the limits. Safe for any thread. */
public final class ConnectionGate {
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
    private volatile int limit;
    private volatile int limitPerAddress;

    public ConnectionGate(int limit, int limitPerAddress) {
        this.limit = limit;
        this.limitPerAddress = limitPerAddress;
    }

    /** New limits, for connections that come from now on. */
    public void limits(int total, int perAddress) {
        limit = total;
        limitPerAddress = perAddress;
    }

    /**
     * Takes a place.
     *
     * @param address null for peers that are not counted by address (Unix sockets, trusted proxies)
     * @return null where there was one, and {@link #leave} is due later; else the meter's word for the limit that was reached
     */
    public @Nullable String enter(@Nullable InetAddress address) {
        if (open.incrementAndGet() > limit) {
            open.decrementAndGet();
            return "connection_limit";
        }
        if (address != null && !enterAddress(address)) {
            open.decrementAndGet();
            return "address_limit";
        }
        return null;
    }

    /** Takes a place of {@code address}'s own, for a connection that has one already; false at the limit. */
    public boolean enterAddress(InetAddress address) {
        if (byAddress.merge(address, 1, Integer::sum) > limitPerAddress) {
            leaveAddress(address);
            return false;
        }
        return true;
    }

    /** Gives back what {@link #enterAddress} took. */
    public void leaveAddress(InetAddress address) {
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Gives a place back; the same address as given to {@link #enter}. */
    public void leave(@Nullable InetAddress address) {
        open.decrementAndGet();
        if (address != null) {
            leaveAddress(address);
        }
    }

    /** Connections open now. */
    public int open() {
        return open.get();
    }

    /** Addresses with at least one connection. */
    public int addresses() {
        return byAddress.size();
    }
}
