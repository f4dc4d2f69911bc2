package io.portcullis.upstream;

import io.portcullis.config.HealthConfig;
import io.portcullis.net.Loop;
import io.portcullis.net.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The checks of one upstream's endpoints, spread over the event loops: one for each endpoint. Safe for any thread. */
final class HealthChecks {
    private final List<HealthCheck> checks = new ArrayList<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    HealthChecks(HealthConfig.@Nullable Check config, List<Member> members, Loops loops, Chance chance) {
        List<Loop> all = loops.all();
        for (int i = 0; config != null && i < members.size(); i++) {
            Loop loop = all.get(Math.floorMod(members.get(i).hash() + i, all.size()));
            checks.add(new HealthCheck(config, members.get(i), loop, chance));
        }
    }

    void begin() {
        if (begun.compareAndSet(false, true)) {
            checks.forEach(check -> check.loop().executor().execute(check::begin));
        }
    }

    void end() {
        if (begun.get() && ended.compareAndSet(false, true)) {
            checks.forEach(check -> check.loop().executor().execute(check::end));
        }
    }
}
