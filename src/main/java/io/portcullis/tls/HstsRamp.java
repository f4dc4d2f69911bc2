package io.portcullis.tls;

import io.portcullis.config.HstsConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code Strict-Transport-Security} that climbs while all goes well. Safe for any thread; {@link #look} blocks and is called by one clock.
 *
 * <p>It judges hour by hour. An hour with traffic in which neither too many handshakes failed nor too many requests came in plain is good;
 * one without traffic says nothing; a bad one takes a step back at once, for what a browser was told can be taken back only when it comes
 * again. A step climbs with a good hour, once its days are over and half of them have had one.
 */
public final class HstsRamp {
    private static final Logger LOG = LoggerFactory.getLogger(HstsRamp.class);
    private static final Duration HOUR = Duration.ofHours(1);
    /** Fewer are chance. */
    private static final int LEAST_FAILURES = 5;

    private static final int LEAST_PLAIN = 20;

    private final String block;
    private final InstantSource clock;
    private final @Nullable HstsFile file;
    private final SubdomainsSeen subdomains = new SubdomainsSeen();
    private final LongAdder served = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder secure = new LongAdder();
    private final LongAdder plain = new LongAdder();
    private Instant hourBegan;
    private boolean announced;
    private volatile HstsConfig config;
    private volatile HstsState state;
    private volatile String cause = "";
    private volatile String header;

    HstsRamp(String block, HstsConfig config, InstantSource clock) {
        this.block = block;
        this.config = config;
        this.clock = clock;
        this.file = config.ramp().stateDir() == null
                ? null
                : new HstsFile(config.ramp().stateDir(), block);
        Instant now = clock.instant();
        HstsFile.Kept kept = file == null ? null : file.read();
        this.state = kept == null ? HstsState.beginning(now) : kept.state().notAfter(now);
        if (kept != null) {
            kept.seen().forEach(subdomains::restore);
        }
        this.hourBegan = now;
        this.header = value();
    }

    /** Goes on by what a reload says. */
    void follow(HstsConfig now) {
        config = now;
        header = value();
    }

    boolean isKeptAs(HstsConfig now) {
        return java.util.Objects.equals(config.ramp().stateDir(), now.ramp().stateDir());
    }

    /** What is sent now. */
    public String header() {
        return header;
    }

    /** The age that is sent now. */
    public Duration maxAge() {
        Duration end = config.maxAge();
        Duration step = state.step().maxAge();
        return step.compareTo(end) < 0 && state.step() != HstsStep.YEAR ? step : end;
    }

    /** A handshake succeeded. */
    void served(@Nullable String serverName, Predicate<String> isSubdomain) {
        served.increment();
        saw(serverName, true, isSubdomain);
    }

    /** A handshake failed. */
    void failed(FailedHandshake failure, Predicate<String> isSubdomain) {
        ClientHello hello = failure.hello();
        saw(hello == null ? null : hello.serverName(), false, isSubdomain);
        if (isWorseWithHsts(failure.reason())) {
            failed.increment();
        }
    }

    /** A request came for a name of this block, or for a subdomain of one. */
    void requested(String host, boolean overTls, Predicate<String> isSubdomain) {
        (overTls ? secure : plain).increment();
        if (!overTls) {
            saw(host, false, isSubdomain);
        }
    }

    private void saw(@Nullable String name, boolean answered, Predicate<String> isSubdomain) {
        if (name != null && config.includeSubdomains() && isSubdomain.test(name)) {
            subdomains.saw(name, answered, clock.instant());
        }
    }

    /** What a browser lets its user click away, or gets around by plain HTTP, without HSTS. The rest is scans and lost networks. */
    private static boolean isWorseWithHsts(TlsFailure reason) {
        return switch (reason) {
            case PROTOCOL_VERSION,
                    FALLBACK,
                    NO_SHARED_CIPHER,
                    UNKNOWN_CA,
                    CERTIFICATE_EXPIRED,
                    CERTIFICATE_REVOKED,
                    STAPLE_REFUSED,
                    BAD_CERTIFICATE,
                    SIGNER_UNAVAILABLE,
                    INTERNAL -> true;
            case UNRECOGNIZED_NAME,
                    NO_APPLICATION_PROTOCOL,
                    CLIENT_CERTIFICATE_MISSING,
                    CLIENT_CERTIFICATE_REFUSED,
                    PLAIN_HTTP,
                    NOT_TLS,
                    MALFORMED,
                    CLIENT_HELLO_TOO_LARGE,
                    TIMEOUT,
                    CLIENT_CLOSED,
                    CLIENT_ALERT,
                    OTHER -> false;
        };
    }

    /** Judges an hour when it is over; to be called every second or so. */
    synchronized void look() {
        if (!announced) {
            announced = true;
            LOG.info("tls.{}.hsts: {}", block, told().sentence());
        }
        Instant now = clock.instant();
        if (now.isBefore(hourBegan)) {
            hourBegan = now;
        }
        if (!now.isBefore(hourBegan.plus(HOUR))) {
            hourBegan = now;
            subdomains.forgetBefore(now);
            judge(now);
            keep();
        }
        header = value();
    }

    /** Keeps it for the next start, where it is kept at all. */
    synchronized void keep() {
        if (file != null) {
            file.write(new HstsFile.Kept(state, subdomains.all()));
        }
    }

    private void judge(Instant now) {
        long good = served.sumThenReset();
        long bad = failed.sumThenReset();
        long over = secure.sumThenReset();
        long under = plain.sumThenReset();
        HstsConfig.Ramp bounds = config.ramp();
        if (bad >= LEAST_FAILURES && bad * 100 > bounds.mostFailures() * (good + bad)) {
            back(
                    now,
                    bad + " of " + (good + bad) + " handshakes of the last hour failed, more than "
                            + bounds.mostFailures() + " %");
        } else if (under >= LEAST_PLAIN && under * 100 > bounds.mostPlain() * (over + under)) {
            back(
                    now,
                    under + " of " + (over + under) + " requests of the last hour came by plain HTTP, more than "
                            + bounds.mostPlain() + " %");
        } else if (good > 0) {
            state = state.good(now);
            if (state.mayClimb(now) && maxAge().compareTo(config.maxAge()) < 0) {
                state = state.climbed(now);
                cause = "";
                LOG.info("tls.{}.hsts: one step up: {}", block, told().sentence());
            }
        }
    }

    private void back(Instant now, String why) {
        Duration before = maxAge();
        state = state.back(now);
        cause = why;
        LOG.warn(
                "tls.{}.hsts: {}, for {}",
                block,
                before.equals(maxAge())
                        ? "the first step begins anew"
                        : "one step back, from " + text(before) + " to " + text(maxAge()),
                why);
    }

    private String value() {
        return config.headerValue(maxAge(), withSubdomains());
    }

    private boolean withSubdomains() {
        return config.includeSubdomains()
                && state.step() != HstsStep.FIVE_MINUTES
                && !subdomains.isOverflowed()
                && subdomains.silent().isEmpty();
    }

    /** Where it stands. */
    public Told told() {
        HstsState now = state;
        boolean last = maxAge().compareTo(config.maxAge()) >= 0;
        return new Told(
                block,
                value(),
                now.step().number(),
                now.since(),
                last ? null : now.next(),
                now.goodDays(),
                now.step().goodDays(),
                cause,
                config.includeSubdomains() && !withSubdomains() ? reluctance() : List.of(),
                file == null ? null : file.path().toString());
    }

    private List<String> reluctance() {
        return subdomains.isOverflowed()
                ? List.of("more than " + SubdomainsSeen.MOST + " names were asked for")
                : state.step() == HstsStep.FIVE_MINUTES ? List.of("not before the second step") : subdomains.silent();
    }

    private static String text(Duration age) {
        return age.toDays() > 0 ? age.toDays() + " d" : age.toMinutes() + " min";
    }

    /**
     * Where a ramp stands.
     *
     * @param header what is sent
     * @param step 1 to 5
     * @param next when it may climb at the earliest; null at its end
     * @param goodDays days of this step with a good hour in them
     * @param neededDays how many of these it takes
     * @param cause why it stepped back last; empty where it never did, or has climbed since
     * @param withoutSubdomains what holds include-subdomains back: names that never answered by HTTPS, or a sentence; empty where nothing does
     * @param file where it is kept; null: nowhere
     */
    public record Told(
            String block,
            String header,
            int step,
            Instant since,
            @Nullable Instant next,
            int goodDays,
            int neededDays,
            String cause,
            List<String> withoutSubdomains,
            @Nullable String file) {
        /** The whole of it in one line, without a full stop. */
        public String sentence() {
            return header + ", step " + step + " of 5 since " + since
                    + (next == null
                            ? ", the end of the ramp"
                            : ", the next not before " + next + " and " + neededDays
                                    + (neededDays == 1 ? " good day" : " good days") + " (" + goodDays + " so far)")
                    + (cause.isEmpty() ? "" : "; stepped back: " + cause)
                    + (withoutSubdomains.isEmpty()
                            ? ""
                            : "; includeSubDomains waits for "
                                    + String.join(
                                            ", ", withoutSubdomains.subList(0, Math.min(5, withoutSubdomains.size())))
                                    + (withoutSubdomains.size() > 5
                                            ? " and " + (withoutSubdomains.size() - 5) + " more"
                                            : ""))
                    + (file == null ? "; begins anew with each start (no state-dir)" : "; kept in " + file);
        }
    }
}
