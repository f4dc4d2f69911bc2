package io.portcullis.tls;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As what clients of one kind gave themselves out: at most four, the most frequent by space-saving. Whoever owns it locks it.
 *
 * <p>They are a stranger's bytes: cut, and nothing is kept but printable ASCII without what terminals, pages and quotes give a meaning to.
 */
final class UserAgents {
    private static final int MOST = 4;
    /** Browsers say who they are within it, and it bounds what is kept. */
    private static final int LONGEST = 120;

    private static final String NONE = "no user agent";

    private final List<String> names = new ArrayList<>(1);
    private final List<Integer> counts = new ArrayList<>(1);

    /** @param agent as sent; null where the first request had none */
    void add(@Nullable String agent) {
        String name = agent == null ? NONE : plain(agent);
        int at = names.indexOf(name);
        if (at >= 0) {
            counts.set(at, counts.get(at) + 1);
        } else if (names.size() < MOST) {
            names.add(name);
            counts.add(1);
        } else {
            int rarest = counts.indexOf(
                    counts.stream().min(Comparator.naturalOrder()).orElseThrow());
            names.set(rarest, name);
            counts.set(rarest, counts.get(rarest) + 1);
        }
    }

    /** Most frequent first. */
    List<String> listed() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparing((Integer i) -> counts.get(i)).reversed());
        return order.stream().map(names::get).toList();
    }

    private static String plain(String agent) {
        int length = Math.min(agent.length(), LONGEST);
        StringBuilder plain = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = agent.charAt(i);
            boolean harmless = c >= ' ' && c < 0x7f && "<>&\"'`\\".indexOf(c) < 0;
            plain.append(harmless ? c : '?');
        }
        return plain.append(agent.length() > LONGEST ? "..." : "").toString();
    }
}
