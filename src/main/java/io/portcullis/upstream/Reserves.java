package io.portcullis.upstream;

import io.portcullis.net.Loop;
import io.portcullis.net.Loops;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** The connections that one upstream keeps open to its endpoints, spread evenly over the event loops. Safe for any thread. */
final class Reserves {
    private final int least;
    private final boolean multiplexed;
    private final Loops loops;
    private final IdentityHashMap<Endpoint, List<Reserve>> kept = new IdentityHashMap<>();
    private boolean ended;

    /**
     * @param least connections to each endpoint; 0: none
     * @param multiplexed whether one connection is enough for a loop
     */
    Reserves(int least, boolean multiplexed, Loops loops) {
        this.least = least;
        this.multiplexed = multiplexed;
        this.loops = loops;
    }

    /** Keeps connections to these from now on, and to nobody else. */
    synchronized void of(List<Member> members) {
        if (least == 0 || ended) {
            return;
        }
        IdentityHashMap<Endpoint, List<Reserve>> before = new IdentityHashMap<>(kept);
        kept.clear();
        for (Member member : members) {
            List<Reserve> there = before.remove(member.endpoint());
            if (there == null) {
                there = begun(member);
            }
            there.forEach(each -> each.member(member));
            kept.put(member.endpoint(), there);
        }
        before.values().forEach(Reserves::end);
    }

    synchronized void end() {
        ended = true;
        kept.values().forEach(Reserves::end);
        kept.clear();
    }

    /** What does not divide evenly falls to other loops for another endpoint. */
    private List<Reserve> begun(Member member) {
        List<Reserve> begun = new ArrayList<>();
        int count = loops.all().size();
        for (Loop loop : loops.all()) {
            int rest = Math.floorMod(loop.index() + member.hash(), count) < least % count ? 1 : 0;
            int share = least / count + rest;
            if (share > 0) {
                Reserve reserve = new Reserve(member, loop, multiplexed ? 1 : share);
                begun.add(reserve);
                loop.executor().execute(reserve::begin);
            }
        }
        return begun;
    }

    private static void end(List<Reserve> gone) {
        gone.forEach(each -> each.loop().executor().execute(each::end));
    }
}
