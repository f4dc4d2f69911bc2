package io.portcullis.proxy;

import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds another try for an exchange: the next one where the last came to nothing, or one beside it. */
final class Retries {
    private Retries() {}

    /** Null where there is none. */
    static @Nullable Attempt after(Flight flight, Attempt failed, Failure why) {
        Upstream upstream = failed.upstream();
        RetryPolicy.Decision decision = RetryPolicy.after(
                upstream.config().retries(), why, flight.exchange().head(), failed.seen(flight.tries()));
        return switch (decision) {
            case GIVE_UP -> null;
            case NEW_CONNECTION -> same(flight, failed, why, true);
            case ANOTHER_ENDPOINT ->
                isInVain(upstream, why)
                        ? null
                        : elsewhere(flight, failed, why.kind().tag());
            case ANYWHERE -> {
                Attempt other = elsewhere(flight, failed, why.kind().tag());
                yield other != null ? other : same(flight, failed, why, false);
            }
            case SEND_AGAIN ->
                upstream.mayRetry() ? elsewhere(flight, failed, why.kind().tag()) : null;
        };
    }

    /** Whoever has waited for one connection until its time was over is not kept waiting for others that are known to be no better. */
    private static boolean isInVain(Upstream upstream, Failure why) {
        return why.kind() == FailureKind.CONNECT_TIMEOUT && upstream.last(why).kind() == FailureKind.UPSTREAM_DOWN;
    }

    /** Leaves this status for another endpoint's answer; false where that may not or cannot be. */
    static boolean passesOver(Flight flight, Attempt refusing, int status, ByteSource unwanted) {
        if (!refusing.upstream().config().retries().statuses().contains(status)) {
            return false;
        }
        boolean other = Hedge.goesOn(flight, refusing, null);
        Attempt next = other ? null : afterStatus(flight, refusing, status);
        if (other || next != null) {
            flight.tryOver(refusing, null);
            refusing.drop(unwanted);
        }
        if (next != null) {
            flight.fly(next);
        }
        return other || next != null;
    }

    private static @Nullable Attempt afterStatus(Flight flight, Attempt failed, int status) {
        Upstream upstream = failed.upstream();
        boolean again = RetryPolicy.afterStatus(
                upstream.config().retries(), status, flight.exchange().head(), failed.seen(flight.tries()));
        return again && upstream.mayRetry() ? elsewhere(flight, failed, "status_" + status) : null;
    }

    /** An endpoint that none of the tries up to {@code newest} leaves out; null where there is none. */
    static @Nullable Member another(Flight flight, Attempt newest) {
        List<Member> tried = new ArrayList<>(2);
        for (Attempt each = newest; each != null; each = each.before()) {
            if (each.isExcluded()) {
                tried.add(each.member());
            }
        }
        Upstream upstream = newest.upstream();
        return upstream.pick(
                tried, upstream.key(flight.exchange().head(), flight.forwarded().client()));
    }

    private static Attempt same(Flight flight, Attempt failed, Failure why, boolean fresh) {
        failed.upstream().meters().retried(why.kind().tag());
        return new Attempt(flight, failed.member(), newest(flight, failed), fresh);
    }

    private static @Nullable Attempt elsewhere(Flight flight, Attempt failed, String reason) {
        failed.exclude();
        Attempt newest = newest(flight, failed);
        Member next = another(flight, newest);
        if (next == null) {
            return null;
        }
        failed.upstream().meters().retried(reason);
        return new Attempt(flight, next, newest, false);
    }

    /** The last of several that ran need not be the newest. */
    private static Attempt newest(Flight flight, Attempt failed) {
        Attempt newest = flight.attempt();
        return newest == null ? failed : newest;
    }
}
