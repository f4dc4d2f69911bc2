package io.portcullis.proxy;

import io.portcullis.net.FailureKind;
import org.jspecify.annotations.Nullable;

/** What is remembered of an exchange that is over. Texts of the client's are cut, and may hold any character. */
public record PastFlight(Client client, Asked asked, Hop hop, Ending ending) {
    /**
     * Who asked.
     *
     * @param address as far as trusted proxies vouch for it
     * @param openNanos from the connection's readiness (past its handshake) to the request's head
     * @param tls null for plain HTTP
     */
    public record Client(String listener, String address, int port, long openNanos, @Nullable Tls tls) {}

    /**
     * How the connection was secured.
     *
     * @param nanos how long the handshake took
     */
    public record Tls(String version, String cipher, @Nullable String group, boolean resumed, long nanos) {}

    /**
     * What was asked.
     *
     * @param epochMillis when the head was complete
     */
    public record Asked(String id, long epochMillis, String protocol, String method, String host, String target) {}

    /**
     * Where it went. Times are nanoseconds after the head was complete, and count for the try that answered, or the last; negative where it did not happen.
     *
     * @param route null where none matched
     * @param endpoint of that try; null where there was none
     * @param reused whether it used a kept connection
     * @param tryNanos when it began
     * @param sentNanos when it had a connection, and the head was sent
     * @param headNanos when the response's head came
     * @param hedge the endpoint that was asked as well because no answer came; null where none was
     * @param hedgeNanos when it was
     */
    public record Hop(
            @Nullable String route,
            @Nullable String upstream,
            @Nullable String endpoint,
            int tries,
            boolean reused,
            long tryNanos,
            long sentNanos,
            long headNanos,
            @Nullable String hedge,
            long hedgeNanos) {}

    /**
     * How it ended.
     *
     * @param status 0 where none was sent
     * @param totalNanos from the complete head to the end
     * @param failure null where all was well
     */
    public record Ending(
            int status,
            long bytesIn,
            long bytesOut,
            long totalNanos,
            @Nullable FailureKind failure,
            @Nullable String detail) {}

    /** Whether all went as it should, and what the backend answered is an error of its own. */
    public boolean isBackendsError() {
        return ending.failure() == null && ending.status() >= 500 && hop.endpoint() != null;
    }
}
