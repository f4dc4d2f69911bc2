package io.portcullis;

import io.portcullis.admin.Action;
import io.portcullis.admin.Page;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /upstreams/NAME/endpoints/ADDRESS?state=drain|ready&weight=N}. ADDRESS is an endpoint as {@code GET /upstreams} names it,
 * or a name as it was configured, for all its addresses.
 *
 * @param reloads is held meanwhile: an order that is given within a reload would be lost
 */
record EndpointAction(Object reloads, Supplier<Snapshot> current) implements Action {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointAction.class);
    private static final Pattern PATH = Pattern.compile("([^/]+)/endpoints/(.+)");
    private static final Pattern WEIGHT = Pattern.compile("\\d{1,3}");
    private static final String USAGE =
            "POST /upstreams/NAME/endpoints/ADDRESS?state=drain|ready&weight=N (1 to 256, or configured)\n";

    @Override
    public Page.Answer act(String rest, Map<String, List<String>> query) {
        Matcher path = PATH.matcher(rest);
        String state = query.getOrDefault("state", List.of("")).getFirst();
        String weight = query.getOrDefault("weight", List.of("")).getFirst();
        Integer heavy = weight.equals("configured")
                ? Integer.valueOf(0)
                : WEIGHT.matcher(weight).matches() ? Integer.valueOf(weight) : null;
        boolean known = state.isEmpty() || state.equals("drain") || state.equals("ready");
        boolean fits = weight.isEmpty() || heavy != null && heavy <= 256 && !weight.matches("0+");
        if (!path.matches() || !known || !fits || state.isEmpty() && weight.isEmpty()) {
            return Page.Answer.text(400, "400 Bad Request\n" + USAGE);
        }
        synchronized (reloads) {
            Upstream upstream = current.get().upstreams().get(path.group(1));
            if (upstream == null) {
                return Page.Answer.text(404, "404 Not Found\nThere is no upstream " + path.group(1) + ".\n");
            }
            return order(upstream, path.group(2), state.isEmpty() ? null : state.equals("drain"), heavy);
        }
    }

    private static Page.Answer order(
            Upstream upstream, String address, @Nullable Boolean drained, @Nullable Integer weight) {
        List<Member> meant = upstream.members().stream()
                .filter(member -> isMeant(member, address))
                .toList();
        if (meant.isEmpty()) {
            String known = upstream.members().stream()
                    .map(member -> member.endpoint().name())
                    .collect(Collectors.joining(" "));
            return Page.Answer.text(404, "404 Not Found\nEndpoints of " + upstream.name() + ": " + known + "\n");
        }
        meant.forEach(member -> upstream.order(member, drained, weight));
        String done = upstream.members().stream()
                .filter(member -> isMeant(member, address))
                .map(member -> upstream.name() + ": " + member.endpoint().name() + " "
                        + (member.isDrained() ? "drained" : "ready") + ", weight " + member.weight() + ", "
                        + member.running() + " running\n")
                .collect(Collectors.joining());
        LOG.info("ordered by the admin listener: {}", done.strip().replace("\n", "; "));
        return Page.Answer.text(200, done);
    }

    private static boolean isMeant(Member member, String address) {
        return member.endpoint().name().equals(address)
                || member.configured().address().toString().equals(address);
    }
}
