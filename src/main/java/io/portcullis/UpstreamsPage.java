package io.portcullis;

import io.portcullis.upstream.Checked;
import io.portcullis.upstream.Health;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code GET /upstreams}: every endpoint, whether it is asked, and why not. */
final class UpstreamsPage {
    private UpstreamsPage() {}

    /** One JSON object. */
    static String json(Collection<Upstream> upstreams) {
        return upstreams.stream()
                .map(UpstreamsPage::upstream)
                .collect(Collectors.joining(",", "{\"upstreams\":[", "]}\n"));
    }

    private static String upstream(Upstream upstream) {
        String policy = upstream.config().balance().policy().name();
        return "{\"name\":" + Report.quoted(upstream.name()) + ",\"balance\":"
                + Report.quoted(policy.toLowerCase(Locale.ROOT).replace('_', '-')) + ",\"panic\":" + upstream.isPanic()
                + ",\"unresolved\":"
                + upstream.unresolved().stream().map(Report::quoted).collect(Collectors.joining(",", "[", "]"))
                + ",\"adaptive\":" + adaptive(upstream.pressure()) + ",\"endpoints\":"
                + upstream.members().stream()
                        .map(member ->
                                endpoint(member, upstream.config().health().check() != null))
                        .collect(Collectors.joining(",", "[", "]"))
                + "}";
    }

    private static String adaptive(Upstream.@Nullable Pressure now) {
        return now == null
                ? "null"
                : "{\"limit\":" + now.limit() + ",\"waiting\":" + now.waiting() + ",\"leastMicros\":"
                        + now.leastNanos() / 1000 + "}";
    }

    private static String endpoint(Member member, boolean checked) {
        Health health = member.health();
        return "{\"endpoint\":" + Report.quoted(member.endpoint().name()) + ",\"weight\":" + member.weight()
                + ",\"backup\":" + member.backup() + ",\"state\":" + Report.quoted(state(health)) + ",\"drained\":"
                + member.isDrained() + ",\"configured\":"
                + Report.quoted(member.configured().address().toString()) + ",\"reason\":"
                + reason(health) + ",\"share\":" + health.percent() + ",\"running\":" + member.running()
                + ",\"failuresInARow\":" + health.failuresInARow() + ",\"outForMillis\":"
                + health.outNanos() / 1_000_000 + ",\"check\":" + (checked ? check(health.checked()) : "null") + "}";
    }

    private static String state(Health health) {
        if (health.isDown()) {
            return "down";
        }
        if (health.isEjected()) {
            return "ejected";
        }
        return health.isFailing() ? "failing" : health.percent() < 100 ? "starting" : "well";
    }

    private static String reason(Health health) {
        if (health.isDown()) {
            return Report.quoted("check: " + health.checked().reason());
        }
        String why = health.outFor();
        return health.isEjected() && why != null ? Report.quoted(why) : "null";
    }

    private static String check(Checked last) {
        return "{\"passed\":" + (last.last() == null ? "null" : last.passed()) + ",\"inARow\":" + last.row()
                + ",\"reason\":" + Report.quoted(last.reason()) + ",\"last\":" + time(last.last()) + ",\"next\":"
                + time(last.next()) + "}";
    }

    private static String time(@Nullable Instant at) {
        return at == null ? "null" : Report.quoted(at.toString());
    }
}
