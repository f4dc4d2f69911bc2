package io.portcullis.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What one listener counts. Safe for any thread: adders. */
public final class ListenerMeters {
    private final LongAdder open = new LongAdder();
    private final LongAdder beingSigned = new LongAdder();
    private final MeterGroup group;
    private final Counter accepted;
    private final TaggedCounters refused;
    private final TaggedCounters proxyRefused;
    private final TaggedCounters handshakes;
    private final Timer handshakeDuration;
    private final TaggedCounters handshakeFailures;
    private final TaggedCounters clients;
    private final TaggedCounters signatures;
    private final TaggedCounters http2Broken;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private boolean signing;

    ListenerMeters(MeterGroup group) {
        this.group = group;
        group.gauge(MeterName.LISTENER_CONNECTIONS, open::sum);
        accepted = group.counter(MeterName.LISTENER_ACCEPTED);
        refused = new TaggedCounters(group, MeterName.LISTENER_REFUSED);
        proxyRefused = new TaggedCounters(group, MeterName.LISTENER_PROXY_REFUSED);
        handshakes = new TaggedCounters(group, MeterName.TLS_HANDSHAKES);
        handshakeDuration = group.timer(MeterName.TLS_HANDSHAKE_DURATION);
        handshakeFailures = new TaggedCounters(group, MeterName.TLS_HANDSHAKE_FAILURES);
        clients = new TaggedCounters(group, MeterName.TLS_CLIENTS);
        signatures = new TaggedCounters(group, MeterName.SIGNATURES);
        http2Broken = new TaggedCounters(group, MeterName.HTTP2_BROKEN);
        bytesIn = group.counter(MeterName.LISTENER_BYTES, "in");
        bytesOut = group.counter(MeterName.LISTENER_BYTES, "out");
    }

    /** A connection was accepted; {@link #closed} is due later. */
    public void opened() {
        open.increment();
        accepted.increment();
    }

    /** A connection that was opened is closed. */
    public void closed() {
        open.decrement();
    }

    /** A connection was closed because a limit was reached; the reason is a word such as {@code connection_limit}. */
    public void refused(String reason) {
        refused.increment(reason);
    }

    /** A connection was closed for its PROXY header: {@code missing}, {@code malformed}, {@code timeout} or {@code untrusted}. */
    public void proxyRefused(String reason) {
        proxyRefused.increment(reason);
    }

    /**
     * A TLS handshake finished.
     *
     * @param version for example {@code TLSv1.3}
     * @param group null where none is known (a resumed TLS 1.2 session)
     * @param nanos from accept to the end of the handshake
     */
    public void handshake(String version, String cipher, @Nullable String group, boolean resumed, long nanos) {
        handshakes.increment(version, cipher, group == null ? "none" : group, resumed ? "true" : "false");
        handshakeDuration.record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * What kind of client it was that finished a TLS handshake.
     *
     * @param family a word of ours
     * @param protocol what was agreed by ALPN; null where nothing was
     */
    public void client(String family, @Nullable String protocol) {
        clients.increment(family, protocol == null ? "none" : protocol.equals("http/1.1") ? "http1" : protocol);
    }

    /** A TLS handshake ended without success; reason and family are words of ours, never the peer's text. */
    public void handshakeFailed(String reason, String family) {
        handshakeFailures.increment(reason, family);
    }

    /** An HTTP/2 connection was ended because of what the client did; the kind is a word such as {@code rapid_reset}. */
    public void connectionBroken(String kind) {
        http2Broken.increment(kind);
    }

    /** The listener signs: shows how many signatures are being made. Harmless when it did before. */
    public synchronized void signs() {
        if (!signing) {
            signing = true;
            group.gauge(MeterName.SIGNATURES_IN_FLIGHT, beingSigned::sum);
        }
    }

    /** A signature is being made; {@link #signatureEnded} is due once. */
    public void signatureBegan() {
        beingSigned.increment();
    }

    public void signatureEnded() {
        beingSigned.decrement();
    }

    /** A request for a signature was answered; the result is a word such as {@code signed}. */
    public void signature(String result) {
        signatures.increment(result);
    }

    /** Bytes came from the client, as they were on the wire. */
    public void bytesIn(long bytes) {
        bytesIn.increment((double) bytes);
    }

    /** Bytes went to the client, as they were on the wire. */
    public void bytesOut(long bytes) {
        bytesOut.increment((double) bytes);
    }
}
