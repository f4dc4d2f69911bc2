package io.portcullis.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Anyone, by weight. */
final class AnyMember implements Balancer {
    private final Group group;

    AnyMember(Group group) {
        this.group = group;
    }

    @Override
    public @Nullable Member pick(List<Member> tried, long key) {
        return group.anyone(tried);
    }
}
