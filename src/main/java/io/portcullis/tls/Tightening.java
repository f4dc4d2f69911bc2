package io.portcullis.tls;

import io.portcullis.config.TlsConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What another policy would mean to the clients that have come: whom it would shut out, and whom it would let in that fail today. Decided by
 * what they offered, not by what was agreed on.
 *
 * @param since when counting began
 * @param served handshakes that succeeded
 * @param shutOut kinds of clients that succeed today and would fail
 * @param letIn kinds of clients that fail today and would succeed
 * @param refused handshakes that failed for want of anything in common
 * @param others handshakes of kinds too rare to keep, of which nothing can be said; among neither
 */
public record Tightening(
        Instant since, long served, long refused, List<Client> shutOut, List<Client> letIn, long others) {
    /**
     * One kind of client.
     *
     * @param block the block under {@code tls} that it met
     * @param handshakes how many of the kind in question: served where it would be shut out, refused where it would be let in
     * @param agents as what it gave itself out, most frequent first; printable ASCII
     * @param ja4 null where it was not computed
     * @param reason why it would fail, or fails; without a full stop
     */
    public record Client(
            String block,
            long handshakes,
            ClientFamily family,
            List<String> agents,
            @Nullable String ja4,
            Offered offered,
            String reason) {}

    /** What it offers, of all that can be had here. */
    public record Offered(Set<String> versions, Set<String> suites, Set<String> groups, Set<String> signatures) {}

    /**
     * Who of those that {@code census} saw would fail under {@code candidate}, and who would no longer fail.
     *
     * @param block only clients of this block under {@code tls}; null: of all
     */
    public static Tightening of(TlsConfig.Policy candidate, ClientCensus census, @Nullable String block) {
        ClientCensus.Count count = census.count();
        long served = 0;
        long refused = 0;
        List<Client> shutOut = new ArrayList<>();
        List<Client> letIn = new ArrayList<>();
        for (ClientCensus.Seen each : count.seen()) {
            if (block != null && !block.equals(each.block())) {
                continue;
            }
            served += each.served();
            refused += each.refused();
            String reason = PolicyFit.misfit(candidate, each.offer(), each.keys());
            if (reason != null && each.served() > 0) {
                shutOut.add(client(each, each.served(), reason));
            } else if (reason == null && each.refused() > 0) {
                letIn.add(client(each, each.refused(), "has what the policy asks for"));
            }
        }
        return new Tightening(count.since(), served, refused, shutOut, letIn, count.others());
    }

    private static Client client(ClientCensus.Seen seen, long handshakes, String reason) {
        ClientOffer offer = seen.offer();
        return new Client(
                seen.block(),
                handshakes,
                offer.family(),
                seen.agents(),
                seen.ja4(),
                new Offered(offer.versions(), offer.suites(), offer.groups(), offer.schemes()),
                reason);
    }

    /** Handshakes that succeed today and would fail. */
    public long lost() {
        return shutOut.stream().mapToLong(Client::handshakes).sum();
    }

    /** Handshakes that fail today and would succeed. */
    public long won() {
        return letIn.stream().mapToLong(Client::handshakes).sum();
    }
}
