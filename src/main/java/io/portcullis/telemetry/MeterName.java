package io.portcullis.telemetry;

import java.util.List;

/**
 * Every meter of ours: its name, kind, tags and meaning. Nothing else in the project names a meter; a unit is the last word.
 *
 * <p>The table in {@code docs/meters.md} is made of it; a test holds both against the registry.
 */
public enum MeterName {
    BUILD_INFO(Kind.GAUGE, "build.info", "Always 1; the tags say what runs", "version", "java", "netty"),

    LISTENER_CONNECTIONS(Kind.GAUGE, "listener.connections", "Client connections open now", "listener"),
    LISTENER_ACCEPTED(Kind.COUNTER, "listener.accepted", "Client connections accepted", "listener"),
    LISTENER_REFUSED(
            Kind.COUNTER,
            "listener.refused",
            "Client connections closed at once because a limit was reached",
            "listener",
            "reason"),
    LISTENER_PROXY_REFUSED(
            Kind.COUNTER,
            "listener.proxy.refused",
            "Client connections closed for their PROXY header: missing, malformed, timeout, or untrusted (from who may send none)",
            "listener",
            "reason"),
    LISTENER_BYTES(
            Kind.COUNTER,
            "listener.bytes",
            "Bytes read from (in) and written to (out) clients",
            "listener",
            "direction"),

    HTTP2_BROKEN(
            Kind.COUNTER,
            "http2.broken",
            "HTTP/2 connections ended because of what the client did: the kind of flood, or the code of RFC 9113",
            "listener",
            "kind"),

    TLS_HANDSHAKES(
            Kind.COUNTER,
            "tls.handshakes",
            "Finished TLS handshakes by what was agreed",
            "listener",
            "version",
            "cipher",
            "group",
            "resumed"),
    TLS_HANDSHAKE_DURATION(Kind.HISTOGRAM, "tls.handshake.duration", "Time of a finished TLS handshake", "listener"),
    TLS_HANDSHAKE_FAILURES(
            Kind.COUNTER,
            "tls.handshake.failures",
            "TLS handshakes that did not finish, by why and by kind of client",
            "listener",
            "reason",
            "family"),
    TLS_CLIENTS(
            Kind.COUNTER,
            "tls.clients",
            "Finished TLS handshakes by kind of client and what was agreed by ALPN",
            "listener",
            "family",
            "alpn"),
    REMOTE_SIGNATURES(
            Kind.COUNTER,
            "remote.signatures",
            "Signatures that a signer was asked for: ok, refused, busy, timeout, unreachable",
            "upstream",
            "result"),
    REMOTE_SIGNATURE_DURATION(
            Kind.HISTOGRAM, "remote.signature.duration", "From asking a signer to its answer, or to none", "upstream"),
    SIGNATURES(Kind.COUNTER, "signatures", "Requests for signatures: signed, or why not", "listener", "result"),
    SIGNATURES_IN_FLIGHT(Kind.GAUGE, "signatures.in.flight", "Signatures being made now", "listener"),
    CERTIFICATE_NOT_AFTER(
            Kind.GAUGE, "certificate.not.after.seconds", "When a certificate expires, since 1970", "certificate"),

    CERTIFICATE_STAPLE(
            Kind.GAUGE,
            "certificate.staple.seconds",
            "Until when a certificate's OCSP staple is good, since 1970; 0 where none is stapled. Only where a responder is named",
            "certificate"),
    CERTIFICATE_STAPLE_MISSING(
            Kind.GAUGE,
            "certificate.staple.missing",
            "1 where a certificate must be stapled (RFC 7633) and is not: strict clients refuse it",
            "certificate"),
    HSTS_MAX_AGE(
            Kind.GAUGE,
            "hsts.max.age.seconds",
            "How long browsers are told to insist on HTTPS; of a ramp, its present step. Only where tls.<name>.hsts is written",
            "tls"),
    OCSP_ANSWERS(Kind.COUNTER, "ocsp.answers", "OCSP answers asked for: good, or why there was none of use", "result"),
    CERTIFICATE_CHANGES(
            Kind.COUNTER,
            "certificate.changes",
            "Certificates whose files changed: taken up, or refused while the one before stays",
            "result"),

    REQUESTS(
            Kind.COUNTER,
            "requests",
            "Finished exchanges; class is 1xx to 5xx, or none where no status was sent",
            "route",
            "class",
            "protocol"),
    REQUEST_DURATION(
            Kind.HISTOGRAM,
            "request.duration",
            "From a request's first byte to the last byte of its response",
            "route"),
    REQUESTS_IN_FLIGHT(Kind.GAUGE, "requests.in.flight", "Exchanges that began and have not finished", "route"),
    REQUEST_BYTES(Kind.COUNTER, "request.bytes", "Content bytes of requests", "route"),
    RESPONSE_BYTES(Kind.COUNTER, "response.bytes", "Content bytes of responses", "route"),
    MIRROR_REQUESTS(
            Kind.COUNTER,
            "mirror.requests",
            "Requests for a mirror: sent (and answered), failed, or not copied: busy, body (too large), unavailable, aborted (by the client)",
            "route",
            "result"),
    FAILURES(
            Kind.COUNTER,
            "failures",
            "Exchanges that ended in a failure, by its kind and by who caused it",
            "kind",
            "side"),

    UPSTREAM_DURATION(
            Kind.HISTOGRAM,
            "upstream.duration",
            "From taking or dialling a connection to the last byte of the response",
            "upstream"),
    UPSTREAM_FIRST_BYTE(
            Kind.HISTOGRAM,
            "upstream.first.byte.duration",
            "From the request's last byte (its head, where the answer came sooner) to the first byte of the response",
            "upstream"),
    UPSTREAM_RETRIES(Kind.COUNTER, "upstream.retries", "Tries after the first one", "upstream", "reason"),
    UPSTREAM_RETRIES_REFUSED(
            Kind.COUNTER,
            "upstream.retries.refused",
            "Tries that were not made because upstreams.<name>.retries.budget was spent",
            "upstream"),
    UPSTREAM_HEDGES(
            Kind.COUNTER,
            "upstream.hedges",
            "Requests for which another endpoint was asked as well: won (it answered first), lost, failed, cancelled; or was not: refused (by upstreams.<name>.retries.budget), nowhere (no other one)",
            "upstream",
            "outcome"),
    UPSTREAM_WAITING(Kind.GAUGE, "upstream.waiting", "Exchanges that wait for a free connection", "upstream"),
    UPSTREAM_WAITS(
            Kind.COUNTER, "upstream.waits", "Waits for a free connection, by how they ended", "upstream", "result"),
    UPSTREAM_WAIT_DURATION(Kind.TIMER, "upstream.wait.duration", "Time waited for a free connection", "upstream"),
    UPSTREAM_LOOKUPS(
            Kind.COUNTER,
            "upstream.lookups",
            "Questions to name servers about endpoints: found, none (no such name, or no address of use), failed (no answer, or an error)",
            "upstream",
            "result"),
    UPSTREAM_UNRESOLVED(
            Kind.GAUGE, "upstream.unresolved", "Names among the endpoints that nothing is known of", "upstream"),
    UPSTREAM_ADAPTIVE_LIMIT(
            Kind.GAUGE,
            "upstream.adaptive.limit",
            "Requests that may wait for an answer at once, as the latency has it (upstreams.<name>.adaptive-limit); 0 where that is off",
            "upstream"),
    UPSTREAM_LEAST_LATENCY(
            Kind.GAUGE,
            "upstream.least.latency.seconds",
            "The least latency that the adaptive limit rests on; 0 where it is off, or none is known",
            "upstream"),

    ENDPOINT_REQUESTS(
            Kind.COUNTER,
            "endpoint.requests",
            "Tries by the class of what the endpoint answered; none where it did not",
            "upstream",
            "endpoint",
            "class"),
    ENDPOINT_CONNECTIONS(
            Kind.GAUGE,
            "endpoint.connections",
            "Connections now: connecting, idle or busy",
            "upstream",
            "endpoint",
            "state"),
    ENDPOINT_CONNECT_DURATION(
            Kind.TIMER, "endpoint.connect.duration", "Time of a successful connect", "upstream", "endpoint"),
    ENDPOINT_CONNECT_FAILURES(
            Kind.COUNTER, "endpoint.connect.failures", "Connects that failed", "upstream", "endpoint", "kind"),

    ENDPOINT_KEEP_ALIVE(
            Kind.GAUGE,
            "endpoint.keep.alive.seconds",
            "How long idle connections are kept, as learned of the endpoint; 0 where nothing was learned",
            "upstream",
            "endpoint"),
    ENDPOINT_IDLE_CLOSED(
            Kind.COUNTER,
            "endpoint.idle.closed",
            "Idle connections closed: endpoint (by it), idle_timeout, keep_alive (before the endpoint would), room (for a waiting exchange), retired (by a reload)",
            "upstream",
            "endpoint",
            "reason"),
    ENDPOINT_REUSES_AVOIDED(
            Kind.COUNTER,
            "endpoint.reuses.avoided",
            "Requests not sent on a kept connection, because the endpoint was likely to close it just then",
            "upstream",
            "endpoint"),
    ENDPOINT_AVAILABLE(
            Kind.GAUGE,
            "endpoint.available",
            "1 where the endpoint is asked, 0 while it is ejected or its checks fail",
            "upstream",
            "endpoint"),
    ENDPOINT_CHECKS(
            Kind.COUNTER, "endpoint.checks", "Active checks: passed or failed", "upstream", "endpoint", "result"),
    ENDPOINT_WEIGHT(
            Kind.GAUGE,
            "endpoint.weight",
            "The endpoint's weight beside the others'; 0 while it is drained",
            "upstream",
            "endpoint"),
    ENDPOINT_EJECTIONS(
            Kind.COUNTER,
            "endpoint.ejections",
            "Times the endpoint was left out: failures (in a row), failure_ratio, check (active checks failed)",
            "upstream",
            "endpoint",
            "reason"),

    LOOP_DELAY(Kind.HISTOGRAM, "loop.delay", "How much later than planned an event loop runs a task", "loop"),
    LOOP_PENDING_TASKS(Kind.GAUGE, "loop.pending.tasks", "Tasks queued on an event loop when last looked at", "loop"),

    RELOADS(Kind.COUNTER, "reloads", "Reloads of the configuration: ok or refused", "result"),
    ACCESS_LOG_LINES(
            Kind.COUNTER,
            "access.log.lines",
            "Lines of the access log: written, dropped (queue full), failed (write error)",
            "result"),
    SPANS(Kind.COUNTER, "tracing.spans", "Spans: exported, dropped (queue full), failed (not taken)", "result"),
    DIRECT_MEMORY_USED(Kind.GAUGE, "direct.memory.used.bytes", "Native memory that Netty holds for buffers"),
    DIRECT_MEMORY_LIMIT(Kind.GAUGE, "direct.memory.limit.bytes", "Native memory that Netty may hold"),
    ALLOCATOR_USED(Kind.GAUGE, "allocator.used.bytes", "Memory that the default buffer allocator holds", "memory");

    /** How a meter counts. */
    public enum Kind {
        COUNTER,
        GAUGE,
        /** Count, sum and maximum of durations. */
        TIMER,
        /** A timer with buckets, {@link MeterGroup#BUCKETS}. */
        HISTOGRAM
    }

    private final Kind kind;
    private final String id;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> tags;

    MeterName(Kind kind, String id, String meaning, String... tags) {
        this.kind = kind;
        this.id = "portcullis." + id;
        this.meaning = meaning;
        this.tags = List.of(tags);
    }

    public Kind kind() {
        return kind;
    }

    /** The name with dots, for example {@code portcullis.request.duration}. */
    public String id() {
        return id;
    }

    public List<String> tags() {
        return tags;
    }

    public String meaning() {
        return meaning;
    }

    /** The name in a scrape, for example {@code portcullis_request_duration_seconds}. */
    public String exposed() {
        String snake = id.replace('.', '_');
        return switch (kind) {
            case COUNTER -> snake + "_total";
            case GAUGE -> snake;
            case TIMER, HISTOGRAM -> snake + "_seconds";
        };
    }
}
