package io.portcullis.upstream;

import io.portcullis.config.UpstreamConfig;
import io.portcullis.config.UpstreamConfig.EndpointAddress;
import io.portcullis.telemetry.UpstreamMeters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an upstream makes members, and puts them in their places. Safe for any thread. */
record Enrolment(
        UpstreamConfig config, Upstream.Means means, Upstream.Secrets secrets, UpstreamMeters meters, Chance chance) {

    /** A member; what is kept of the one before is not made anew. {@link #leaves} is due once. */
    Member member(Wanted wanted, @Nullable Order order, Members.Kept kept) {
        EndpointAddress address = wanted.as().address();
        Endpoint endpoint = kept.endpoint() != null && kept.endpoint().hold()
                ? kept.endpoint()
                : new Endpoint(
                        config,
                        address,
                        means.loops(),
                        meters,
                        means.meters().endpoint(config.name(), address.toString()),
                        means.headerLimit(),
                        secrets.tls());
        Health health = kept.health() != null ? kept.health() : new Health(config.health(), chance);
        return new Member(endpoint, wanted, order, health);
    }

    /** It is a member no more; its endpoint ends where it is nobody's. */
    void leaves(Member member) {
        if (member.endpoint().letGo()) {
            means.meters().endpointGone(config.name(), member.endpoint().name());
        }
    }

    /**
     * What may be kept of a member of the upstream before.
     *
     * @param connects whether connections are made as they were
     */
    Members.Kept inherited(@Nullable Member before, UpstreamConfig then, boolean connects) {
        if (before == null) {
            return Members.Kept.NOTHING;
        }
        boolean judges = then.health().equals(config.health());
        return new Members.Kept(connects ? before.endpoint() : null, judges ? before.health() : null);
    }

    /**
     * Who belongs to it at first: who the configuration stands for, as far as that is known. Where that is nobody (SRV records that name hosts
     * which never had an address), those who belonged to the one before, as far as they are configured still.
     */
    List<Wanted> first(List<Wanted> found, @Nullable Members before) {
        return !found.isEmpty() || before == null
                ? found
                : before.wanted().stream()
                        .filter(each -> config.endpoints().contains(each.from()))
                        .toList();
    }

    /** The orders that hold on: those of endpoints of which the configuration says what it said. */
    Map<EndpointAddress, Order> standing(Map<EndpointAddress, Order> given) {
        Map<EndpointAddress, Order> orders = new HashMap<>(given);
        orders.values().removeIf(order -> !config.endpoints().contains(order.given()));
        return orders;
    }

    /** Who is drained is a member, but is not asked. */
    Lineup drawnUp(List<Member> all) {
        List<Member> asked = all.stream().filter(member -> !member.isDrained()).toList();
        Sticky sticky =
                config.sticky() == null ? null : new Sticky(config.sticky(), secrets.sticky(), config.name(), all);
        return new Lineup(all, new Roster(config.balance(), asked, chance), sticky);
    }
}
