package io.portcullis.upstream;

import io.portcullis.config.UpstreamConfig;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.Failure;
import io.portcullis.net.Loops;
import io.portcullis.telemetry.EndpointMeters;
import io.portcullis.telemetry.Meters;
import io.portcullis.telemetry.UpstreamMeters;
import io.portcullis.tls.ClientTls;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A named set of endpoints. Safe for any thread. */
public final class Upstream {
    private final UpstreamConfig config;
    private final int headerLimit;
    private final @Nullable ClientTls tls;
    private final UpstreamMeters meters;
    private final Discovery discovery;
    private final Members members;
    private final HealthChecks checks;
    private final Reserves reserves;
    private final Verdicts verdicts;
    private final RetryBudget budget;
    private final byte[] stickySecret;
    private volatile boolean begun;
    private final Admission admission;

    /**
     * What upstreams are made with.
     *
     * @param headerLimit bytes of a response's header fields
     */
    public record Means(Loops loops, Meters meters, int headerLimit) {}

    /**
     * What its latency allows it.
     *
     * @param limit requests that may wait for an answer at once
     * @param waiting those that do
     * @param leastNanos the least latency that is believed; 0 where none is known
     */
    public record Pressure(int limit, int waiting, long leastNanos) {}

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
        this.meters = means.meters().upstream(config.name());
        this.stickySecret = secrets.sticky();
        budget = new RetryBudget(config.retries(), chance);
        admission = new Admission(config, chance, previous == null ? null : previous.admission);
        checks = new HealthChecks(config.health().check(), means.loops(), chance);
        reserves = new Reserves(config.minConnections(), config.protocol().isMultiplexed(), means.loops());
        Discovery found = previous == null ? null : previous.discovery;
        discovery = new Discovery(config, means.loops().dns(), meters, found, this::changed);
        Enrolment enrolment = new Enrolment(config, means, secrets, meters, chance);
        members = new Members(
                enrolment.first(discovery.wanted(), previous == null ? null : previous.members),
                enrolment,
                address -> previous == null
                        ? Members.Kept.NOTHING
                        : enrolment.inherited(previous.members.at(address), previous.config, connectsLike(previous)),
                previous == null ? Map.of() : enrolment.standing(previous.members.orders()));
        verdicts = new Verdicts(config.health().ejection(), chance, this::members);
        discovery.ask();
    }

    /** Waits until every name among the endpoints had its first answer, at most so long. Never on a loop. */
    public void awaitNames(long nanos) {
        discovery.await(nanos);
    }

    /** Names among the endpoints that nothing is known of. */
    public List<String> unresolved() {
        return discovery.unresolved();
    }

    /**
     * An operator's word about one endpoint.
     *
     * @param drained null: as it was
     * @param weight 1 to 256, 0 for the configured one; null: as it was
     */
    public void order(Member member, @Nullable Boolean drained, @Nullable Integer weight) {
        Order before = member.order();
        boolean drain = drained != null ? drained : before != null && before.drained();
        int heavy = weight != null ? weight : before == null ? 0 : before.weight();
        members.order(member, drain || heavy > 0 ? new Order(drain, heavy, member.configured()) : null);
        settle();
    }

    /** Whether a new one of this configuration would do the same. */
    public boolean isAsGoodFor(UpstreamConfig wanted, int limit, Secrets secrets) {
        return headerLimit == limit
                && config.isLike(wanted)
                && isLike(tls, secrets.tls())
                && (config.sticky() == null || Arrays.equals(stickySecret, secrets.sticky()));
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
        return members.now().members();
    }

    /** Whether so few are available that health is ignored. */
    public boolean isPanic() {
        return members.now().roster().isPanic();
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
        Sticky sticky = members.now().sticky();
        Member own = sticky == null ? null : sticky.member(head.fields());
        return own != null && !own.isDrained() && own.health().isAvailable() ? own : pick(List.of(), key);
    }

    /** Has the client come back to {@code member}, where that is wanted: adds a field to the response. */
    public void stick(RequestHead request, ResponseHead response, Member member) {
        Sticky sticky = members.now().sticky();
        if (sticky != null) {
            sticky.give(request.fields(), response.fields(), member);
        }
    }

    /** Why {@link #first} found nobody. */
    public Failure unavailable() {
        return Outage.nobody(name(), members(), discovery.unresolved());
    }

    /** What the failure of a request's last try means. */
    public Failure last(Failure why) {
        return Outage.last(name(), members(), why);
    }

    /** The next endpoint to ask; null where none is available that {@code tried} does not hold. */
    public @Nullable Member pick(List<Member> tried, long key) {
        return members.now().roster().pick(tried, key);
    }

    /** An exchange wants an endpoint. Why it may not have one; null where it may, and {@link #leave} is due once. */
    public @Nullable Failure enter() {
        budget.requested();
        return admission.enter();
    }

    /** An exchange that was let in is over. */
    public void leave() {
        admission.leave();
    }

    /** What its latency allows; null where that is not asked. */
    public @Nullable Pressure pressure() {
        AdaptiveLimit adaptive = admission.adaptive();
        return adaptive == null
                ? null
                : new Pressure(adaptive.limit(), adaptive.running(), (long) adaptive.leastNanos());
    }

    /** Whether a request that an endpoint may have worked on may be sent once more; takes that out of the budget. */
    public boolean mayRetry() {
        boolean left = budget.spend();
        if (!left) {
            meters.retryRefused();
        }
        return left;
    }

    /** A try begins; {@link #over} is due once, and where a response's head comes, {@link #answered} before it. */
    public void began(Member member) {
        member.load().began();
        AdaptiveLimit adaptive = admission.adaptive();
        if (adaptive != null) {
            adaptive.began();
        }
    }

    /**
     * A response's head came.
     *
     * @param nanos from the request's last byte
     */
    public void answered(int status, long nanos) {
        AdaptiveLimit adaptive = admission.adaptive();
        if (adaptive != null) {
            adaptive.answered(status, nanos);
        }
    }

    /**
     * A try is over.
     *
     * @param status what was answered, as {@link #answered} was told; 0 where nothing was
     * @param why what went wrong; null for nothing. Only what the endpoint did counts against it (rule R15)
     * @param nanos from the try's beginning to the response's head, or to its failure
     */
    public void over(Member member, int status, @Nullable Failure why, long nanos) {
        AdaptiveLimit adaptive = admission.adaptive();
        if (adaptive != null && status == 0) {
            adaptive.unanswered();
        }
        verdicts.over(member, status, why, nanos);
    }

    /** Is in force from now on: its meters show its endpoints, and its checks begin. Harmless when it was. */
    public void begin() {
        begun = true;
        AdaptiveLimit adaptive = admission.adaptive();
        meters.adaptive(
                adaptive == null ? () -> 0 : adaptive::limit,
                adaptive == null ? () -> 0 : () -> adaptive.leastNanos() / 1e9);
        settle();
        discovery.begin();
    }

    /** Is not in force any more, or never was: keeps no idle connection but those of endpoints that others have; calls that run end in peace. */
    public synchronized void retire() {
        begun = false;
        discovery.end();
        checks.end();
        reserves.end();
        members.end();
    }

    /** The names among the endpoints stand for others now. */
    void changed(List<Wanted> wanted) {
        members.change(wanted);
        settle();
    }

    /** Checks and meters are those of the members. */
    private synchronized void settle() {
        if (begun) {
            List<Member> now = members();
            for (Member member : now) {
                Health health = member.health();
                EndpointMeters own = member.endpoint().meters();
                own.available(() -> health.isAvailable() ? 1 : 0);
                own.keepAlive(member.endpoint().keepAlive()::learnedSeconds);
                own.weight(member.isDrained() ? 0 : member.weight());
            }
            checks.of(now);
            reserves.of(now);
        }
    }

    private boolean connectsLike(Upstream other) {
        return headerLimit == other.headerLimit && config.connectsLike(other.config) && isLike(tls, other.tls);
    }

    private static boolean isLike(@Nullable ClientTls one, @Nullable ClientTls other) {
        return one == null ? other == null : other != null && one.isLike(other);
    }
}
