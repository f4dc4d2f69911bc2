package io.portcullis.upstream;

import io.portcullis.config.EndpointConfig;
import io.portcullis.config.HealthConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loops;
import io.portcullis.telemetry.Meters;
import io.portcullis.telemetry.UpstreamMeters;
import io.portcullis.tls.ClientTls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A named set of endpoints. Safe for any thread. */
public final class Upstream {
    private final UpstreamConfig config;
    private final int headerLimit;
    private final Chance chance;
    private final @Nullable ClientTls tls;
    private final UpstreamMeters meters;
    private final List<Member> members;
    private final Roster roster;
    private final HealthChecks checks;
    private final RetryBudget budget;
    private final @Nullable Sticky sticky;
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * What upstreams are made with.
     *
     * @param headerLimit bytes of a response's header fields
     */
    public record Means(Loops loops, Meters meters, int headerLimit) {}

    /**
     * What an upstream does not say in its configuration.
     *
     * @param tls null where endpoints are spoken to without it
     * @param sticky what sticky cookies are made with
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares these records
    public record Secrets(@Nullable ClientTls tls, byte[] sticky) {}

    /**
     * @param secrets its keys and trust
     * @param previous whose endpoints keep their connections, and what is known of their health, where nothing changes it
     */
    public Upstream(UpstreamConfig config, Means means, Secrets secrets, @Nullable Upstream previous) {
        this(config, means, secrets, previous, Chance.REAL);
    }

    Upstream(UpstreamConfig config, Means means, Secrets secrets, @Nullable Upstream previous, Chance chance) {
        this.tls = secrets.tls();
        this.config = config;
        this.headerLimit = means.headerLimit();
        this.chance = chance;
        this.meters = means.meters().upstream(config.name());
        List<Member> made = new ArrayList<>();
        for (EndpointConfig each : config.endpoints()) {
            made.add(made(each, means, previous));
        }
        members = List.copyOf(made);
        roster = new Roster(config.balance(), members, chance);
        budget = new RetryBudget(config.retries(), chance);
        checks = new HealthChecks(config.health().check(), members, means.loops(), chance);
        sticky = config.sticky() == null ? null : new Sticky(config.sticky(), secrets.sticky(), config.name(), members);
    }

    private Member made(EndpointConfig each, Means means, @Nullable Upstream previous) {
        Member before = previous == null ? null : previous.member(each);
        boolean kept = before != null && previous != null && previous.connectsLike(config, headerLimit, tls);
        Endpoint endpoint = kept && before != null
                ? before.endpoint()
                : new Endpoint(
                        config,
                        each.address(),
                        means.loops(),
                        meters,
                        means.meters().endpoint(config.name(), each.address().toString()),
                        headerLimit,
                        tls);
        boolean known =
                before != null && previous != null && previous.config.health().equals(config.health());
        Health health = known && before != null ? before.health() : new Health(config.health(), chance);
        return new Member(endpoint, each, health);
    }

    /** Whether a new one of this configuration would do the same. */
    public boolean isAsGoodFor(UpstreamConfig wanted, int limit, Secrets secrets) {
        return headerLimit == limit
                && config.isLike(wanted)
                && isLike(tls, secrets.tls())
                && (sticky == null || sticky.isMadeWith(secrets.sticky()));
    }

    /** Null where endpoints are spoken to without it. */
    public @Nullable ClientTls tls() {
        return tls;
    }

    public String name() {
        return config.name();
    }

    public UpstreamConfig config() {
        return config;
    }

    public UpstreamMeters meters() {
        return meters;
    }

    public List<Member> members() {
        return members;
    }

    /** Whether so few are available that health is ignored. */
    public boolean isPanic() {
        return roster.isPanic();
    }

    /**
     * What {@link #pick} is to tell the request by.
     *
     * @param client the client's address as far as trusted proxies vouch for it
     */
    public long key(RequestHead head, String client) {
        return RequestKey.of(config.balance(), head, client);
    }

    /** The first endpoint to ask: the one that the request's cookie stands for, or the next; null where none is available. */
    public @Nullable Member first(RequestHead head, long key) {
        Member own = sticky == null ? null : sticky.member(head.fields());
        return own != null && own.health().isAvailable() ? own : pick(List.of(), key);
    }

    /** Has the client come back to {@code member}, where that is wanted: adds a field to the response. */
    public void stick(RequestHead request, ResponseHead response, Member member) {
        if (sticky != null) {
            sticky.give(request.fields(), response.fields(), member);
        }
    }

    /** The next endpoint to ask; null where none is available that {@code tried} does not hold. */
    public @Nullable Member pick(List<Member> tried, long key) {
        return roster.pick(tried, key);
    }

    /** An exchange wants an endpoint; where it may have one, {@link #leave} is due once. False: too many are under way. */
    public boolean enter() {
        budget.requested();
        if (config.maxRequests() == 0) {
            return true;
        }
        int now = underWay.incrementAndGet();
        if (now > config.maxRequests()) {
            underWay.decrementAndGet();
            return false;
        }
        return true;
    }

    /** An exchange that was let in is over. */
    public void leave() {
        if (config.maxRequests() != 0) {
            underWay.decrementAndGet();
        }
    }

    /** Whether a request that an endpoint may have worked on may be sent once more; takes that out of the budget. */
    public boolean mayRetry() {
        boolean left = budget.spend();
        if (!left) {
            meters.retryRefused();
        }
        return left;
    }

    /** A try begins; {@link #over} is due once. */
    public void began(Member member) {
        member.load().began();
    }

    /**
     * A try is over.
     *
     * @param status what was answered; 0 where nothing was
     * @param why what went wrong; null for nothing. Only what the endpoint did counts against it (rule R15)
     * @param nanos from the try's beginning to the response's head, or to its failure
     */
    public void over(Member member, int status, @Nullable Failure why, long nanos) {
        member.load().ended();
        boolean blamed = why != null && why.kind().side() == FailureKind.Side.UPSTREAM;
        if (status > 0) {
            member.load().answered(nanos, chance.now());
            if (member.health().pace().answered(nanos, chance.now())) {
                judge(member);
            }
        } else if (blamed) {
            member.load().failed(nanos, chance.now());
        }
        if (blamed || config.health().ejection().statuses().contains(status)) {
            String tooMuch = member.health().failed();
            if (tooMuch != null && mayEject()) {
                member.health().eject(tooMuch);
                member.endpoint().meters().ejected(tooMuch);
            }
        } else if (status > 0) {
            member.health().succeeded();
        }
    }

    /** A window is over in which {@code member} may have been slower than the others by far. */
    private void judge(Member member) {
        Health health = member.health();
        if (!health.isEjected() && health.pace().isSlow(members) && mayEject()) {
            health.eject("slow");
            member.endpoint().meters().ejected("slow");
        }
    }

    /** Is in force from now on: its meters show its endpoints, and its checks begin. Harmless when it was. */
    public void begin() {
        for (Member member : members) {
            member.endpoint().meters().available(() -> member.health().isAvailable() ? 1 : 0);
        }
        checks.begin();
    }

    /** Keeps no idle connection from now on, but those that {@code successor} took over; calls that run end in peace. */
    public void retire(@Nullable Upstream successor) {
        checks.end();
        for (Member member : members) {
            if (successor == null || successor.members.stream().noneMatch(m -> m.endpoint() == member.endpoint())) {
                member.endpoint().retire();
            }
        }
    }

    /** Two loops that ask at the same moment may eject one more than is allowed: panic mode bears that. */
    private boolean mayEject() {
        HealthConfig.Ejection ejection = config.health().ejection();
        int most = Math.max(1, members.size() * ejection.mostPercent() / 100);
        long out = members.stream().filter(m -> m.health().isEjected()).count();
        return out < Math.min(most, members.size() - 1);
    }

    private boolean connectsLike(UpstreamConfig other, int otherLimit, @Nullable ClientTls otherTls) {
        return headerLimit == otherLimit && config.connectsLike(other) && isLike(tls, otherTls);
    }

    private static boolean isLike(@Nullable ClientTls one, @Nullable ClientTls other) {
        return one == null ? other == null : other != null && one.isLike(other);
    }

    private @Nullable Member member(EndpointConfig wanted) {
        for (Member member : members) {
            if (member.config().address().equals(wanted.address())) {
                return member;
            }
        }
        return null;
    }
}
