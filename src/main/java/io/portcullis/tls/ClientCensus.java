package io.portcullis.tls;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which kinds of clients have shaken hands since the start, how often, and as what they gave themselves out. Safe for any thread; one short
 * lock for each handshake, and one for the first request of its connection.
 *
 * <p>Bounded: at most {@link #MOST} kinds. A new one takes the place of the rarest, and begins with the rank of that (space-saving: whoever
 * comes often is found again however many others come once); what was counted of it goes to the others, so that sums stay true.
 */
public final class ClientCensus {
    /** Kinds of clients that are told apart. */
    static final int MOST = 256;

    /** Kinds are told apart by this. */
    private record Kind(String block, ClientOffer offer, Set<KeyKind> keys) {}

    /**
     * One kind of client.
     *
     * @param block the block under {@code tls} that it met
     * @param served handshakes that succeeded
     * @param refused handshakes that failed, for that client and policy had nothing in common
     * @param ja4 its fingerprint; null where none was computed
     * @param agents user agents it sent, most frequent first
     */
    record Seen(
            String block,
            ClientOffer offer,
            Set<KeyKind> keys,
            long served,
            long refused,
            @Nullable String ja4,
            List<String> agents) {}

    /** @param others handshakes of kinds that were too rare to keep */
    record Count(Instant since, List<Seen> seen, long others) {}

    private static final class Row {
        private final Kind kind;
        private final @Nullable String ja4;
        private final UserAgents agents = new UserAgents();
        private long rank;
        private long served;
        private long refused;

        Row(Kind kind, @Nullable String ja4, long rank) {
            this.kind = kind;
            this.ja4 = ja4;
            this.rank = rank;
        }
    }

    private final Instant since;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Kind, Row> rows = new HashMap<>();
    private long others;

    public ClientCensus(InstantSource clock) {
        this.since = clock.instant();
    }

    /**
     * A handshake succeeded.
     *
     * @param ja4 null where it was not computed
     * @return hears of the user agent that the client gives with its first request
     */
    public Consumer<@Nullable String> served(String block, TlsTarget by, ClientHello hello, @Nullable String ja4) {
        Kind kind = new Kind(block, ClientOffer.of(hello), by.kinds());
        lock.lock();
        try {
            Row row = row(kind, ja4);
            row.served++;
            return agent -> heard(row, agent);
        } finally {
            lock.unlock();
        }
    }

    /** A handshake failed; counts where that came of the policy. */
    public void failed(String block, TlsTarget by, FailedHandshake failure) {
        ClientHello hello = failure.hello();
        boolean ofPolicy =
                switch (failure.reason()) {
                    case PROTOCOL_VERSION, FALLBACK, NO_SHARED_CIPHER -> true;
                    default -> false;
                };
        if (!ofPolicy || hello == null) {
            return;
        }
        Kind kind = new Kind(block, ClientOffer.of(hello), by.kinds());
        lock.lock();
        try {
            row(kind, null).refused++;
        } finally {
            lock.unlock();
        }
    }

    /** What was counted so far, most frequent first. */
    Count count() {
        lock.lock();
        try {
            List<Seen> seen = new ArrayList<>();
            for (Row row : rows.values()) {
                Kind kind = row.kind;
                seen.add(new Seen(
                        kind.block(),
                        kind.offer(),
                        kind.keys(),
                        row.served,
                        row.refused,
                        row.ja4,
                        row.agents.listed()));
            }
            seen.sort(Comparator.comparingLong((Seen each) -> each.served() + each.refused())
                    .reversed()
                    .thenComparing(Seen::block)
                    .thenComparingLong(each -> each.offer().bits()));
            return new Count(since, seen, others);
        } finally {
            lock.unlock();
        }
    }

    private void heard(Row row, @Nullable String agent) {
        lock.lock();
        try {
            row.agents.add(agent);
        } finally {
            lock.unlock();
        }
    }

    private Row row(Kind kind, @Nullable String ja4) {
        Row row = rows.get(kind);
        if (row == null) {
            long rank = rows.size() < MOST ? 0 : makeRoom();
            row = new Row(kind, ja4, rank);
            rows.put(kind, row);
        }
        row.rank++;
        return row;
    }

    /** The rarest goes; says its rank. */
    private long makeRoom() {
        Row rarest = null;
        for (Row each : rows.values()) {
            rarest = rarest == null || each.rank < rarest.rank ? each : rarest;
        }
        if (rarest == null) {
            return 0;
        }
        rows.remove(rarest.kind);
        others += rarest.served + rarest.refused;
        return rarest.rank;
    }
}
