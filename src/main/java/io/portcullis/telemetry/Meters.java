package io.portcullis.telemetry;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.portcullis.config.MeterPushConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Every number Portcullis shows of itself. Safe for any thread: looking up takes a map, counting takes adders.
 *
 * <p>Look meters up when something is built (a route, an endpoint), keep them in a field, and count on that; names and tags stand in
 * {@link MeterName}. The same name gives the same meters, over reloads too.
 */
public final class Meters implements AutoCloseable {
    private static final List<String> RELOAD_RESULTS = List.of("ok", "refused");
    private static final List<String> CHANGE_RESULTS = List.of("taken", "refused");

    private final PrometheusMeterRegistry asked = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final @Nullable MeterRegistry sent;
    private final MeterRegistry registry;
    private final MeterGroup process;
    private final MeterFamily<ListenerMeters> listeners;
    private final MeterFamily<RouteMeters> routes;
    private final MeterFamily<UpstreamMeters> upstreams;
    private final MeterFamily<EndpointMeters> endpoints;
    private final MeterFamily<SignerMeters> signers;
    private final MeterFamily<LoopMeters> loops;
    private final MeterFamily<CertificateMeters> certificates;
    private final MeterFamily<AtomicLong> hsts;
    private final TaggedCounters failures;
    private final TaggedCounters reloads;
    private final TaggedCounters certificateChanges;
    private final TaggedCounters ocspAnswers;
    private final AccessLogMeters accessLog;
    private final SpanMeters spans;
    private final ProcessMeters runtime;

    private Meters(@Nullable MeterPushConfig push) {
        sent = push == null ? null : MeterPush.start(push);
        registry = sent == null ? asked : new CompositeMeterRegistry(Clock.SYSTEM, List.of(asked, sent));
        process = new MeterGroup(registry);
        listeners = new MeterFamily<>(registry, ListenerMeters::new);
        routes = new MeterFamily<>(registry, RouteMeters::new);
        upstreams = new MeterFamily<>(registry, UpstreamMeters::new);
        endpoints = new MeterFamily<>(registry, EndpointMeters::new);
        signers = new MeterFamily<>(registry, SignerMeters::new);
        loops = new MeterFamily<>(registry, LoopMeters::new);
        certificates = new MeterFamily<>(registry, CertificateMeters::new);
        hsts = new MeterFamily<>(registry, group -> {
            AtomicLong seconds = new AtomicLong();
            group.gauge(MeterName.HSTS_MAX_AGE, seconds::get);
            return seconds;
        });
        failures = new TaggedCounters(process, MeterName.FAILURES);
        reloads = new TaggedCounters(process, MeterName.RELOADS);
        certificateChanges = new TaggedCounters(process, MeterName.CERTIFICATE_CHANGES);
        ocspAnswers = new TaggedCounters(process, MeterName.OCSP_ANSWERS);
        accessLog = new AccessLogMeters(process);
        spans = new SpanMeters(process);
        RELOAD_RESULTS.forEach(reloads::register);
        CHANGE_RESULTS.forEach(certificateChanges::register);
        runtime = ProcessMeters.register(registry, process);
    }

    /** A registry of its own, with the meters of the process in it. */
    public static Meters create() {
        return new Meters(null);
    }

    /** The same, which are sent to {@code push} as well. */
    public static Meters sentTo(MeterPushConfig push) {
        return new Meters(push);
    }

    /** The meters of the listener with this configured name. */
    public ListenerMeters listener(String name) {
        return listeners.of(name);
    }

    /** The meters of the route with this configured name. */
    public RouteMeters route(String name) {
        return routes.of(name);
    }

    /** The meters of the upstream with this configured name. */
    public UpstreamMeters upstream(String name) {
        return upstreams.of(name);
    }

    /** What the upstream with this configured name counts as a signer. */
    public SignerMeters signer(String upstream) {
        return signers.of(upstream);
    }

    /** The meters of one endpoint of an upstream, until {@link #endpointGone} was called as often; {@code endpoint} is its address. */
    public EndpointMeters endpoint(String upstream, String endpoint) {
        return endpoints.held(upstream, endpoint);
    }

    /** Who asked for an endpoint's meters needs them no more; with the last one its series go. */
    public void endpointGone(String upstream, String endpoint) {
        endpoints.givenBack(upstream, endpoint);
    }

    /** The meters of an event loop; {@code index} counts from 0. */
    public LoopMeters loop(int index) {
        return loops.of(Integer.toString(index));
    }

    /** The access log's meters. */
    AccessLogMeters accessLog() {
        return accessLog;
    }

    /** What became of spans. */
    SpanMeters spans() {
        return spans;
    }

    /** The meters of a certificate that is served now. */
    public CertificateMeters certificate(String name) {
        return certificates.of(name);
    }

    /** What browsers are told of HSTS, in seconds by block; there is no other. */
    public void hsts(Map<String, Long> maxAges) {
        maxAges.forEach((block, seconds) -> hsts.of(block).set(seconds));
        hsts.retain(name -> maxAges.containsKey(name.getFirst()));
    }

    /**
     * Removes the series of everything else, but endpoints; for the end of a reload. Who still holds removed meters counts for nobody.
     */
    public void retainOnly(Set<String> listeners, Set<String> routes, Set<String> upstreams, Set<String> certificates) {
        this.listeners.retain(name -> listeners.contains(name.getFirst()));
        this.routes.retain(name -> routes.contains(name.getFirst()));
        this.upstreams.retain(name -> upstreams.contains(name.getFirst()));
        this.signers.retain(name -> upstreams.contains(name.getFirst()));
        this.certificates.retain(name -> certificates.contains(name.getFirst()));
    }

    /** A reload ended; {@code result} is {@code ok} or {@code refused}. */
    public void reloaded(String result) {
        reloads.increment(result);
    }

    /** A certificate's files changed; {@code result} is {@code taken} or {@code refused}. */
    public void certificateChanged(String result) {
        certificateChanges.increment(result);
    }

    /** An OCSP responder was asked; {@code result} is {@code good} or the word for why there is no answer of use. */
    public void ocspAnswered(String result) {
        ocspAnswers.increment(result);
    }

    /** An exchange ended in a failure; both are words of our own, never a peer's text. */
    public void failure(String kind, String side) {
        failures.increment(kind, side);
    }

    /** A line of the access log was dropped because its queue was full. */
    public void accessLogDropped() {
        accessLog.dropped();
    }

    /**
     * Renders everything. Takes milliseconds: never on an event loop.
     *
     * @param accept the request's {@code Accept}; null where it had none
     * @return text in the format that {@link #contentType} names for the same {@code accept}
     */
    public String scrape(@Nullable String accept) {
        return asked.scrape(contentType(accept));
    }

    /** The media type of {@link #scrape}: OpenMetrics where it is asked for, else Prometheus text. */
    public String contentType(@Nullable String accept) {
        return Exposition.contentType(accept);
    }

    /** The values of now, for a page. Takes about a millisecond: never on an event loop. */
    public Figures figures() {
        return new Figures(asked);
    }

    /** What is registered; for tests. */
    MeterRegistry registry() {
        return asked;
    }

    /** Stops listening to the garbage collector, and sends for the last time; counting may go on. Blocks for seconds at most. */
    @Override
    public void close() {
        runtime.close();
        if (sent != null) {
            sent.close();
        }
    }
}
