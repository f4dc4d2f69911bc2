package io.portcullis.upstream;

import io.portcullis.config.UpstreamConfig.EndpointAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who belongs to an upstream now, and what was ordered of them. Safe for any thread: changes take a lock, readers a volatile read. */
final class Members {
    /** What is taken over of an endpoint that was there before; null: made anew. */
    record Kept(@Nullable Endpoint endpoint, @Nullable Health health) {
        static final Kept NOTHING = new Kept(null, null);
    }

    private final Enrolment enrolment;
    private final Map<EndpointAddress, Order> orders = new HashMap<>();
    private List<Wanted> wanted;
    private volatile Lineup lineup;
    private boolean over;

    /**
     * @param inherited what is taken over from the upstream before
     * @param standing orders that were given before, and hold as long as the configuration says what it said
     */
    Members(
            List<Wanted> wanted,
            Enrolment enrolment,
            Function<EndpointAddress, Kept> inherited,
            Map<EndpointAddress, Order> standing) {
        this.enrolment = enrolment;
        this.wanted = wanted;
        orders.putAll(standing);
        lineup = enrolment.drawnUp(made(inherited, address -> null));
    }

    Lineup now() {
        return lineup;
    }

    /** The member at {@code address}; null where there is none. */
    @Nullable
    Member at(EndpointAddress address) {
        for (Member member : lineup.members()) {
            if (member.config().address().equals(address)) {
                return member;
            }
        }
        return null;
    }

    /** What was ordered, by address; also of endpoints that are away just now. */
    synchronized Map<EndpointAddress, Order> orders() {
        return Map.copyOf(orders);
    }

    /** What was wanted last. */
    synchronized List<Wanted> wanted() {
        return wanted;
    }

    /** Others belong to it from now on. */
    synchronized void change(List<Wanted> now) {
        wanted = now;
        drawUp();
    }

    /** Nobody belongs to it any more, though who asks still sees who did. */
    synchronized void end() {
        if (!over) {
            over = true;
            lineup.members().forEach(enrolment::leaves);
        }
    }

    private void drawUp() {
        if (over) {
            return;
        }
        List<Member> before = lineup.members();
        lineup = enrolment.drawnUp(made(this::kept, this::at));
        for (Member member : before) {
            if (!lineup.members().contains(member)) {
                enrolment.leaves(member);
            }
        }
    }

    /** Has {@code member} do what the operator says; null takes an order back. */
    synchronized void order(Member member, @Nullable Order order) {
        if (order == null) {
            orders.remove(member.config().address());
        } else {
            orders.put(member.config().address(), order);
        }
        drawUp();
    }

    private Kept kept(EndpointAddress address) {
        Member member = at(address);
        return member == null ? Kept.NOTHING : new Kept(member.endpoint(), member.health());
    }

    /** @param there who is there now, and stays who it is where nothing changed: tries remember it */
    private List<Member> made(
            Function<EndpointAddress, Kept> before, Function<EndpointAddress, @Nullable Member> there) {
        List<Member> made = new ArrayList<>();
        for (Wanted each : wanted) {
            EndpointAddress address = each.as().address();
            Order order = orders.get(address);
            boolean holds = order != null && order.given().equals(each.from());
            Order own = holds ? order : null;
            Member same = there.apply(address);
            made.add(same != null && same.is(each, own) ? same : enrolment.member(each, own, before.apply(address)));
        }
        return List.copyOf(made);
    }
}
