package io.portcullis.upstream;

import io.portcullis.config.HealthConfig;
import io.portcullis.net.Deadline;
import io.portcullis.net.Loop;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Asks one endpoint again and again whether it is well, one {@link Probe} at a time. */
@io.portcullis.net.OnLoop
final class HealthCheck {
    private final HealthConfig.Check config;
    private final Member member;
    private final Loop loop;
    private final Chance chance;
    private final Deadline deadline = new Deadline(this::due);
    private @Nullable Probe probe;
    private boolean asking;

    HealthCheck(HealthConfig.Check config, Member member, Loop loop, Chance chance) {
        this.config = config;
        this.member = member;
        this.loop = loop;
        this.chance = chance;
    }

    Loop loop() {
        return loop;
    }

    void begin() {
        loop.deadlines().add(deadline);
        ask();
    }

    void end() {
        deadline.clear();
        loop.deadlines().remove(deadline);
        asking = false;
        if (probe != null) {
            probe.cancel();
        }
    }

    private void due() {
        if (asking) {
            if (probe != null) {
                probe.cancel();
            }
            over(
                    Probe.Finding.FAILED,
                    "no whole answer within " + config.timeout().toMillis() + " ms");
        } else {
            ask();
        }
    }

    private void ask() {
        if (probe != null) {
            probe.cancel();
        }
        asking = true;
        deadline.in(config.timeout());
        Probe next = new Probe(config, member.endpoint(), loop, this::heard);
        probe = next;
        next.begin();
    }

    private void heard(Probe from, Probe.Finding finding, String why) {
        if (asking && from == probe) {
            over(finding, why);
        }
    }

    private void over(Probe.Finding finding, String why) {
        asking = false;
        long nanos = config.interval().toNanos();
        int tenth = (int) Math.min(Integer.MAX_VALUE, nanos / 10_000 / 5);
        long wait = nanos - nanos / 10 + chance.below().applyAsInt(Math.max(1, tenth)) * 10_000L;
        deadline.in(wait);
        Instant now = Instant.now();
        Instant then = now.plusNanos(wait);
        if (finding == Probe.Finding.NONE) {
            return;
        }
        boolean passed = finding == Probe.Finding.PASSED;
        member.endpoint().meters().checked(passed);
        Checked before = member.health().checked();
        if (member.health().checked(before.after(passed, why, config.rise(), config.fall(), now, then))) {
            member.endpoint().meters().ejected("check");
        }
    }
}
