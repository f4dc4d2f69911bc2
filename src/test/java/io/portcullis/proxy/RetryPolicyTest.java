package io.portcullis.proxy;

import static io.portcullis.proxy.RetryPolicy.Decision.ANOTHER_ENDPOINT;
import static io.portcullis.proxy.RetryPolicy.Decision.GIVE_UP;
import static io.portcullis.proxy.RetryPolicy.Decision.NEW_CONNECTION;
import static io.portcullis.proxy.RetryPolicy.Decision.SEND_AGAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.RetryConfig;
import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.proxy.RetryPolicy.Seen;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final Failure CLOSED = Failure.of(FailureKind.UPSTREAM_CLOSED, "closed");
    private static final Failure REFUSED = Failure.untouched(FailureKind.CONNECT_REFUSED, "refused");

    private static RequestHead head(String method) {
        return new RequestHead(
                method,
                new RequestTarget("/", null, null),
                Authority.NONE,
                Fields.create(),
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                0);
    }

    /** Where sending again is not asked for. */
    private static RetryPolicy.Decision after(
            Failure why, RequestHead head, int tries, boolean stale, boolean bodyTaken) {
        return after("connect", why, head, new Seen(tries, stale, false, bodyTaken));
    }

    private static RetryPolicy.Decision after(String on, Failure why, RequestHead head, Seen seen) {
        return RetryPolicy.after(on(on), why, head, seen);
    }

    private static RetryConfig on(String on) {
        List<Integer> statuses = on.contains("503") ? List.of(503) : List.of();
        return new RetryConfig(
                2, on.contains("connect"), on.contains("closed"), on.contains("timeout"), statuses, 20, 10, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "POST", "LOCK"})
    void r01WhatMayHaveBeenWorkedOnIsSentAgainOnlyWhereThatIsAskedForAndIdempotent(String method) {
        Seen first = new Seen(1, false, false, false);
        Failure late = Failure.of(FailureKind.FIRST_BYTE_TIMEOUT, "late");
        boolean idempotent = method.equals("GET") || method.equals("PUT");
        RetryPolicy.Decision expected = idempotent ? SEND_AGAIN : GIVE_UP;
        assertThat(after("closed", CLOSED, head(method), first)).isEqualTo(expected);
        assertThat(after("timeout", late, head(method), first)).isEqualTo(expected);
        assertThat(after("timeout", CLOSED, head(method), first)).isEqualTo(GIVE_UP);
        assertThat(after("closed", late, head(method), first)).isEqualTo(GIVE_UP);
        assertThat(RetryPolicy.afterStatus(on("503"), 503, head(method), first)).isEqualTo(idempotent);
        assertThat(RetryPolicy.afterStatus(on("503"), 502, head(method), first)).isFalse();
    }

    @Test
    void r04AfterAnythingOfAResponseNothingIsSentAgain() {
        Seen heard = new Seen(1, false, true, false);
        assertThat(after("closed", CLOSED, head("GET"), heard)).isEqualTo(GIVE_UP);
        assertThat(RetryPolicy.afterStatus(on("503"), 503, head("GET"), heard)).isFalse();
    }

    @Test
    void r05WithABodyTakenNoStatusIsReasonEnough() {
        Seen taken = new Seen(1, false, false, true);
        assertThat(after("closed", CLOSED, head("PUT"), taken)).isEqualTo(GIVE_UP);
        assertThat(RetryPolicy.afterStatus(on("503"), 503, head("PUT"), taken)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void r02AStreamThatWasTurnedAwayMayGoAnywhere(String method) {
        Failure turnedAway = Failure.untouched(FailureKind.UPSTREAM_CLOSED, "REFUSED_STREAM");
        assertThat(after(turnedAway, head(method), 1, false, false)).isEqualTo(RetryPolicy.Decision.ANYWHERE);
    }

    @Test
    void whereConnectIsLeftOutNothingGoesElsewhere() {
        assertThat(after("closed", REFUSED, head("GET"), new Seen(1, false, false, false)))
                .isEqualTo(GIVE_UP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PATCH", "LOCK"})
    void r02WhatReachedNobodyMayGoElsewhere(String method) {
        assertThat(after(REFUSED, head(method), 1, false, false)).isEqualTo(ANOTHER_ENDPOINT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
    void r03IdempotentOnesAreSentAgainAfterAStaleConnection(String method) {
        assertThat(after(CLOSED, head(method), 1, true, false)).isEqualTo(NEW_CONNECTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "CONNECT", "LOCK", "get", ""})
    void r01OthersAreNot(String method) {
        assertThat(after(CLOSED, head(method), 1, true, false)).isEqualTo(GIVE_UP);
    }

    @Test
    void r03ANewConnectionIsNotStale() {
        assertThat(after(CLOSED, head("GET"), 1, false, false)).isEqualTo(GIVE_UP);
    }

    @Test
    void r05WithABodyTakenThereIsNoOtherTry() {
        assertThat(after(REFUSED, head("GET"), 1, false, true)).isEqualTo(GIVE_UP);
        assertThat(after(CLOSED, head("PUT"), 1, true, true)).isEqualTo(GIVE_UP);
    }

    @Test
    void triesAreCounted() {
        assertThat(after(REFUSED, head("GET"), 2, false, false)).isEqualTo(ANOTHER_ENDPOINT);
        assertThat(after(REFUSED, head("GET"), 3, false, false)).isEqualTo(GIVE_UP);
    }

    @Test
    void whoFoundNoFreeConnectionIsNotSentRound() {
        Failure busy = Failure.untouched(FailureKind.NO_FREE_CONNECTION, "busy");
        assertThat(after(busy, head("GET"), 1, false, false)).isEqualTo(GIVE_UP);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UPSTREAM_CLOSED")
    void nothingElseIsRetriedOnceAByteWasSent(FailureKind kind) {
        assertThat(after(Failure.of(kind, "any"), head("GET"), 1, true, false)).isEqualTo(GIVE_UP);
    }
}
