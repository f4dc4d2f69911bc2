package io.portcullis.upstream;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Members of an upstream that stand for one another: those that serve, or the backups. Safe for any thread.
 *
 * <p>A member counts with its share: its weight in hundredths, less while it starts slowly, 0 while it is not available.
 */
final class Group {
    private final Member[] members;
    private final int[] turns;
    private final boolean regardless;
    private final Chance chance;

    /** @param regardless whether members that are not available count too */
    Group(List<Member> members, boolean regardless, Chance chance) {
        this.members = members.toArray(new Member[0]);
        this.turns = turns(members.stream().mapToInt(Member::weight).toArray());
        this.regardless = regardless;
        this.chance = chance;
    }

    int size() {
        return members.length;
    }

    Member member(int i) {
        return members[i];
    }

    /** The member whose turn it is: heavier ones come more often, and evenly spread. */
    Member turn(int count) {
        return members[turns[Math.floorMod(count, turns.length)]];
    }

    /** A member's share now; 0 where it may not be asked. */
    int share(Member member, List<Member> tried) {
        if (!tried.isEmpty() && tried.contains(member)) {
            return 0;
        }
        return regardless
                ? member.weight() * 100
                : member.weight() * member.health().percent();
    }

    /** Members that may be asked. */
    int open(List<Member> tried) {
        int open = 0;
        for (Member member : members) {
            if (share(member, tried) > 0) {
                open++;
            }
        }
        return open;
    }

    /** Any member that may be asked, by share; null where there is none. */
    @Nullable
    Member anyone(List<Member> tried) {
        int sum = 0;
        for (Member member : members) {
            sum += share(member, tried);
        }
        if (sum == 0) {
            return null;
        }
        int left = chance.below().applyAsInt(sum);
        Member last = null;
        for (Member member : members) {
            int share = share(member, tried);
            if (share > 0) {
                last = member;
                left -= share;
                if (left < 0) {
                    return member;
                }
            }
        }
        return last;
    }

    /** Another one than {@code first}, by share; {@code first} itself where there is no other, or chance finds none. */
    Member other(Member first, List<Member> tried) {
        for (int i = 0; i < 4; i++) {
            Member second = anyone(tried);
            if (second != null && second != first) {
                return second;
            }
        }
        return first;
    }

    boolean chance(int percent) {
        return percent >= 100 || chance.below().applyAsInt(100) < percent;
    }

    /**
     * An order in which each member comes as often as it weighs, with its turns as far apart as they can be: whoever has waited
     * longest for its weight comes next.
     */
    private static int[] turns(int[] weights) {
        int divisor = Arrays.stream(weights).reduce(0, Group::divisor);
        int total = Arrays.stream(weights).sum();
        int[] turns = new int[divisor == 0 ? 0 : total / divisor];
        int[] waited = new int[weights.length];
        for (int turn = 0; turn < turns.length; turn++) {
            int next = 0;
            for (int i = 0; i < weights.length; i++) {
                waited[i] += weights[i];
                next = waited[i] > waited[next] ? i : next;
            }
            waited[next] -= total;
            turns[turn] = next;
        }
        return turns;
    }

    private static int divisor(int a, int b) {
        return b == 0 ? a : divisor(b, a % b);
    }
}
