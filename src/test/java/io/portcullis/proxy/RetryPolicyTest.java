package io.portcullis.proxy;

import static io.portcullis.proxy.RetryPolicy.Decision.ANOTHER_ENDPOINT;
import static io.portcullis.proxy.RetryPolicy.Decision.GIVE_UP;
import static io.portcullis.proxy.RetryPolicy.Decision.NEW_CONNECTION;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
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

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PATCH", "LOCK"})
    void r02WhatReachedNobodyMayGoElsewhere(String method) {
        assertThat(RetryPolicy.after(REFUSED, head(method), 1, false, false)).isEqualTo(ANOTHER_ENDPOINT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
    void r03IdempotentOnesAreSentAgainAfterAStaleConnection(String method) {
        assertThat(RetryPolicy.after(CLOSED, head(method), 1, true, false)).isEqualTo(NEW_CONNECTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "CONNECT", "LOCK", "get", ""})
    void r01OthersAreNot(String method) {
        assertThat(RetryPolicy.after(CLOSED, head(method), 1, true, false)).isEqualTo(GIVE_UP);
    }

    @Test
    void r03ANewConnectionIsNotStale() {
        assertThat(RetryPolicy.after(CLOSED, head("GET"), 1, false, false)).isEqualTo(GIVE_UP);
    }

    @Test
    void r05WithABodyTakenThereIsNoOtherTry() {
        assertThat(RetryPolicy.after(REFUSED, head("GET"), 1, false, true)).isEqualTo(GIVE_UP);
        assertThat(RetryPolicy.after(CLOSED, head("PUT"), 1, true, true)).isEqualTo(GIVE_UP);
    }

    @Test
    void triesAreCounted() {
        assertThat(RetryPolicy.after(REFUSED, head("GET"), RetryPolicy.MAX_TRIES - 1, false, false))
                .isEqualTo(ANOTHER_ENDPOINT);
        assertThat(RetryPolicy.after(REFUSED, head("GET"), RetryPolicy.MAX_TRIES, false, false))
                .isEqualTo(GIVE_UP);
    }

    @Test
    void whoFoundNoFreeConnectionIsNotSentRound() {
        Failure busy = Failure.untouched(FailureKind.NO_FREE_CONNECTION, "busy");
        assertThat(RetryPolicy.after(busy, head("GET"), 1, false, false)).isEqualTo(GIVE_UP);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UPSTREAM_CLOSED")
    void nothingElseIsRetriedOnceAByteWasSent(FailureKind kind) {
        assertThat(RetryPolicy.after(Failure.of(kind, "any"), head("GET"), 1, true, false))
                .isEqualTo(GIVE_UP);
    }
}
