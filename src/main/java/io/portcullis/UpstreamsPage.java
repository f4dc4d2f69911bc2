package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.upstream.Checked;
import io.portcullis.upstream.Health;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code GET /upstreams}: every endpoint, whether it is asked, and why not. */
final class UpstreamsPage {
    private UpstreamsPage() {}

    /**
     * One JSON object.
     *
     * @param orders whether somebody could give orders
     */
    static String json(Collection<Upstream> upstreams, boolean orders) {
        return new Json()
                        .list(
                                "upstreams",
                                upstreams.stream().map(UpstreamsPage::upstream).toList())
                        .put("orders", orders)
                + "\n";
    }

    private static Json upstream(Upstream upstream) {
        String policy = upstream.config().balance().policy().name();
        boolean checked = upstream.config().health().check() != null;
        return new Json()
                .put("name", upstream.name())
                .put("balance", policy.toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("panic", upstream.isPanic())
                .texts("unresolved", upstream.unresolved())
                .put("adaptive", adaptive(upstream.pressure()))
                .list(
                        "endpoints",
                        upstream.members().stream()
                                .map(member -> endpoint(member, checked))
                                .toList());
    }

    private static @Nullable Json adaptive(Upstream.@Nullable Pressure now) {
        return now == null
                ? null
                : new Json()
                        .put("limit", now.limit())
                        .put("waiting", now.waiting())
                        .put("leastMicros", now.leastNanos() / 1000);
    }

    private static Json endpoint(Member member, boolean checked) {
        Health health = member.health();
        return new Json()
                .put("endpoint", member.endpoint().name())
                .put("weight", member.weight())
                .put("backup", member.backup())
                .put("state", state(health))
                .put("drained", member.isDrained())
                .put("configured", member.configured().address().toString())
                .put("reason", health.reason())
                .put("share", health.percent())
                .put("running", member.running())
                .put("failuresInARow", health.failuresInARow())
                .put("outForMillis", health.outNanos() / 1_000_000)
                .put("check", checked ? check(health.checked()) : null);
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

    private static Json check(Checked last) {
        Json json = new Json();
        return (last.last() == null ? json.put("passed", (String) null) : json.put("passed", last.passed()))
                .put("inARow", last.row())
                .put("reason", last.reason())
                .put("last", last.last())
                .put("next", last.next());
    }
}
