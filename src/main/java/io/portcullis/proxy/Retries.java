package io.portcullis.proxy;

import io.portcullis.net.Failure;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the next try for an exchange whose last one came to nothing. */
final class Retries {
    private Retries() {}

    /** Null where there is none. */
    static @Nullable Attempt after(Flight flight, Attempt failed, Failure why) {
        Upstream upstream = failed.upstream();
        RetryPolicy.Decision decision = RetryPolicy.after(
                upstream.config().retries(), why, flight.exchange().head(), failed.seen());
        return switch (decision) {
            case GIVE_UP -> null;
            case NEW_CONNECTION -> same(flight, failed, why, true);
            case ANOTHER_ENDPOINT -> elsewhere(flight, failed, why.kind().tag());
            case ANYWHERE -> {
                Attempt other = elsewhere(flight, failed, why.kind().tag());
                yield other != null ? other : same(flight, failed, why, false);
            }
            case SEND_AGAIN ->
                upstream.mayRetry() ? elsewhere(flight, failed, why.kind().tag()) : null;
        };
    }

    /** The same for an answer that is as good as none. */
    static @Nullable Attempt afterStatus(Flight flight, Attempt failed, int status) {
        Upstream upstream = failed.upstream();
        boolean again = RetryPolicy.afterStatus(
                upstream.config().retries(), status, flight.exchange().head(), failed.seen());
        return again && upstream.mayRetry() ? elsewhere(flight, failed, "status_" + status) : null;
    }

    private static Attempt same(Flight flight, Attempt failed, Failure why, boolean fresh) {
        failed.upstream().meters().retried(why.kind().tag());
        return new Attempt(flight, failed.member(), failed, fresh);
    }

    private static @Nullable Attempt elsewhere(Flight flight, Attempt failed, String reason) {
        failed.exclude();
        List<Member> tried = new ArrayList<>(2);
        for (Attempt each = failed; each != null; each = each.before()) {
            if (each.isExcluded()) {
                tried.add(each.member());
            }
        }
        Upstream upstream = failed.upstream();
        long key = upstream.key(flight.exchange().head(), flight.forwarded().client());
        Member next = upstream.pick(tried, key);
        if (next == null) {
            return null;
        }
        upstream.meters().retried(reason);
        return new Attempt(flight, next, failed, false);
    }
}
