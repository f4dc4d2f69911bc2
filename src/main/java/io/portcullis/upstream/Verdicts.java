package io.portcullis.upstream;

import io.portcullis.config.HealthConfig;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the end of a try says of an endpoint, and whether it is left out for it. Safe for any thread. */
record Verdicts(HealthConfig.Ejection config, Chance chance, Supplier<List<Member>> members) {
    /** As {@link Upstream#over}. */
    void over(Member member, int status, @Nullable Failure why, long nanos) {
        member.load().ended();
        boolean blamed = why != null && why.kind().side() == FailureKind.Side.UPSTREAM;
        if (status > 0) {
            member.load().answered(nanos, chance.now());
            if (member.health().pace().answered(nanos, chance.now())) {
                judge(member);
            }
        } else if (blamed) {
            member.load().failed(nanos, chance.now());
        }
        if (blamed || config.statuses().contains(status)) {
            String tooMuch = member.health().failed();
            if (tooMuch != null && mayEject()) {
                member.health().eject(tooMuch);
                member.endpoint().meters().ejected(tooMuch);
            }
        } else if (status > 0) {
            member.health().succeeded();
        }
    }

    /** A window is over in which {@code member} may have been slower than the others by far. */
    private void judge(Member member) {
        Health health = member.health();
        if (!health.isEjected() && health.pace().isSlow(members.get()) && mayEject()) {
            health.eject("slow");
            member.endpoint().meters().ejected("slow");
        }
    }

    /** Two loops that ask at the same moment may eject one more than is allowed: panic mode bears that. */
    private boolean mayEject() {
        List<Member> all = members.get();
        int most = Math.max(1, all.size() * config.mostPercent() / 100);
        long out = all.stream().filter(m -> m.health().isEjected()).count();
        return out < Math.min(most, all.size() - 1);
    }
}
