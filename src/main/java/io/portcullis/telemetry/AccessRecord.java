package io.portcullis.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * The facts of one exchange that is over: one line of the access log.
 *
 * <p>Text may hold any character; each format escapes it. Strings of a connection and of configuration are shared, not copied.
 */
public record AccessRecord(Connection connection, Request request, Answer answer, Hop hop, Ending ending) {

    /**
     * The client's connection; made once for all its exchanges.
     *
     * @param listener the listener's configured name
     * @param client the client's address as text, without a port
     * @param clientPort 0 where there is none
     * @param tls null for plain HTTP
     */
    public record Connection(String listener, String client, int clientPort, @Nullable Tls tls) {}

    /**
     * What was agreed in the TLS handshake.
     *
     * @param version for example {@code TLSv1.3}
     * @param group the key-exchange group; null where none is known
     * @param sni the host name the client asked for; null where it named none
     * @param resumed whether an earlier session was continued
     * @param ja4 the fingerprint of the client's first message; null where there is none
     */
    public record Tls(
            String version,
            String cipher,
            @Nullable String group,
            @Nullable String sni,
            boolean resumed,
            @Nullable String ja4) {}

    /**
     * What the client sent.
     *
     * @param epochMillis when its first byte came
     * @param id the exchange's id, as in {@code X-Request-Id}
     * @param method empty where the request could not be read
     * @param target raw path and query as they came; empty where the request could not be read
     * @param bytesIn content bytes, without head and framing
     */
    public record Request(
            long epochMillis,
            String id,
            Protocol protocol,
            String method,
            String scheme,
            @Nullable String host,
            String target,
            @Nullable String userAgent,
            @Nullable String referer,
            long bytesIn) {}

    /**
     * What the client got.
     *
     * @param status 0 where none was sent
     * @param bytesOut content bytes, without head and framing
     * @param durationNanos from the request's first byte to the response's last
     */
    public record Answer(int status, long bytesOut, long durationNanos) {}

    /**
     * Where the request went.
     *
     * @param route null where none matched
     * @param upstream null where we answered ourselves
     * @param endpoint the last one tried; null where none was
     * @param connectNanos of the last try; negative where a pooled connection served or none was made
     * @param firstByteNanos from the last byte of the last try's request (its head, where the answer came sooner) to the response's first byte; negative where none came
     * @param tries 0 where we answered ourselves
     */
    public record Hop(
            @Nullable String route,
            @Nullable String upstream,
            @Nullable String endpoint,
            long connectNanos,
            long firstByteNanos,
            int tries) {
        /** The request went nowhere: not even a route was found. */
        public static final Hop NONE = new Hop(null, null, null, -1, -1, 0);
    }

    /**
     * How it ended.
     *
     * @param outcome {@code ok} or the kind of the failure
     * @param endedBy who ended it early: {@code client}, {@code upstream} or {@code proxy}; {@code -} where nobody did
     * @param detail one sentence for the operator; null where there is nothing to say
     */
    public record Ending(String outcome, String endedBy, @Nullable String detail) {
        /** The response was sent whole. */
        public static final Ending OK = new Ending("ok", "-", null);
    }
}
