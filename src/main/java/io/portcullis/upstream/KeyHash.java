package io.portcullis.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The same member for the same key, on every node, with bounded load.
 *
 * <p>Rendezvous hashing: every member draws a number from key and address, and the highest, by share, wins. So a member that goes
 * takes only its own keys with it, one that comes takes its part of everyone's, and weights are exact. A member that runs more than
 * {@code most-load} of its part is passed over: the key's second choice gets what is too much.
 */
final class KeyHash implements Balancer {
    /** Running exchanges that are never too much: with few in all, a key would be sent about for nothing. */
    private static final int FEW = 4;

    private final Group group;
    private final int mostPercent;

    KeyHash(Group group, int mostPercent) {
        this.group = group;
        this.mostPercent = mostPercent;
    }

    @Override
    public @Nullable Member pick(List<Member> tried, long key) {
        if (key == NO_KEY) {
            return group.anyone(tried);
        }
        double perShare = mostPerShare(tried);
        Member best = null;
        Member first = null;
        double bestDraw = 0;
        double firstDraw = 0;
        for (int i = 0; i < group.size(); i++) {
            Member member = group.member(i);
            int share = group.share(member, tried);
            if (share == 0) {
                continue;
            }
            double draw = draw(key, member, share);
            if (first == null || draw > firstDraw) {
                first = member;
                firstDraw = draw;
            }
            boolean full = member.load().running() >= Math.max(FEW, Math.ceil(perShare * share));
            if (!full && (best == null || draw > bestDraw)) {
                best = member;
                bestDraw = draw;
            }
        }
        return best != null ? best : first;
    }

    /** Exchanges that one hundredth of weight may have, with the one that is to come. */
    private double mostPerShare(List<Member> tried) {
        long shares = 0;
        long running = 1;
        for (int i = 0; i < group.size(); i++) {
            Member member = group.member(i);
            int share = group.share(member, tried);
            shares += share;
            running += share == 0 ? 0 : member.load().running();
        }
        return mostPercent / 100.0 * running / Math.max(1, shares);
    }

    /** The highest of such draws is a member's with the probability of its share (weighted rendezvous hashing). */
    private static double draw(long key, Member member, int share) {
        long bits = RequestKey.mixed(key ^ member.hash()) >>> 11;
        return -share / Math.log((bits + 0.5) * 0x1p-53);
    }
}
