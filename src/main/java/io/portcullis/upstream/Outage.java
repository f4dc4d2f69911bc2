package io.portcullis.upstream;

import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.util.List;

/**
 * What a request is told of an upstream that cannot serve it.
 *
 * <p>A connection that cannot be made says something of one endpoint only: 502. Where nobody is known to be better, it is the
 * upstream that is down, be its endpoints asked all the same or not: by panic, because a share of them may not be ejected, or because it
 * is the only one. That is 503, and worth coming back for.
 */
final class Outage {
    private Outage() {}

    /** Nobody may be asked. */
    static Failure nobody(String upstream, List<Member> members, List<String> unresolved) {
        return members.isEmpty() && !unresolved.isEmpty()
                ? Failure.untouched(FailureKind.NAME_NOT_RESOLVED, unresolved.getFirst() + " does not resolve")
                : Failure.untouched(FailureKind.NO_AVAILABLE_ENDPOINT, "no endpoint of " + upstream + " is available");
    }

    /** The last of a request's tries ended by {@code why}. */
    static Failure last(String upstream, List<Member> members, Failure why) {
        return isUnreachable(why.kind()) && members.stream().allMatch(Outage::isOut)
                ? why.meaning(FailureKind.UPSTREAM_DOWN, "every endpoint of " + upstream + " is left out, or fails")
                : why;
    }

    /** Not by TLS: who comes back meets the same certificate. */
    private static boolean isUnreachable(FailureKind kind) {
        return kind == FailureKind.CONNECT_REFUSED
                || kind == FailureKind.CONNECT_TIMEOUT
                || kind == FailureKind.CONNECT_FAILED;
    }

    private static boolean isOut(Member member) {
        Health health = member.health();
        return member.isDrained() || health.isFailing() || !health.isAvailable();
    }
}
