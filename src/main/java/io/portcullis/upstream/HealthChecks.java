package io.portcullis.upstream;

import io.portcullis.config.HealthConfig;
import io.portcullis.net.Loop;
import io.portcullis.net.Loops;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The checks of one upstream's endpoints, spread over the event loops: one for each endpoint. Safe for any thread. */
final class HealthChecks {
    private final HealthConfig.@Nullable Check config;
    private final Loops loops;
    private final Chance chance;
    private final IdentityHashMap<Endpoint, HealthCheck> checks = new IdentityHashMap<>();
    private boolean ended;

    HealthChecks(HealthConfig.@Nullable Check config, Loops loops, Chance chance) {
        this.config = config;
        this.loops = loops;
        this.chance = chance;
    }

    /** Checks these from now on, and nobody else. */
    synchronized void of(List<Member> members) {
        if (config == null || ended) {
            return;
        }
        Set<Endpoint> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Member member : members) {
            wanted.add(member.endpoint());
            if (!checks.containsKey(member.endpoint())) {
                Loop loop = loops.all()
                        .get(Math.floorMod(
                                member.hash() + checks.size(), loops.all().size()));
                HealthCheck check = new HealthCheck(config, member, loop, chance);
                checks.put(member.endpoint(), check);
                loop.executor().execute(check::begin);
            }
        }
        checks.entrySet().removeIf(each -> {
            boolean gone = !wanted.contains(each.getKey());
            if (gone) {
                each.getValue().loop().executor().execute(each.getValue()::end);
            }
            return gone;
        });
    }

    synchronized void end() {
        ended = true;
        checks.values().forEach(check -> check.loop().executor().execute(check::end));
        checks.clear();
    }
}
