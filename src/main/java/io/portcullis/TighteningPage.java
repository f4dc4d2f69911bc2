package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.admin.Page;
import io.portcullis.admin.Queries;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.tls.ClientCensus;
import io.portcullis.tls.Tightening;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /tls/report}: whom a stricter policy would shut out, of the clients that have come. */
record TighteningPage(Supplier<PortcullisConfig> config, ClientCensus census) implements Page {
    private static final String CANDIDATE = "candidate";
    private static final String OF = "of";

    /**
     * The path and query that ask it.
     *
     * @param of only clients of this block under {@code tls}; null: of all
     */
    static String path(String candidate, @Nullable String of, boolean json) {
        return "/tls/report?" + Queries.written(CANDIDATE, candidate)
                + (of == null ? "" : "&" + Queries.written(OF, of)) + (json ? "&json" : "");
    }

    @Override
    public Answer answer(String rest, Map<String, List<String>> query) {
        Map<String, TlsConfig> blocks = config.get().tls();
        String name = query.getOrDefault(CANDIDATE, List.of("modern")).getFirst();
        String of = query.getOrDefault(OF, List.of("")).getFirst();
        TlsConfig.Policy candidate = candidate(name, blocks);
        if (candidate == null) {
            return Answer.text(400, "candidate: modern, intermediate" + named(blocks) + "\n");
        }
        if (!of.isEmpty() && !blocks.containsKey(of)) {
            return Answer.text(400, "of: a block under tls" + named(blocks) + "\n");
        }
        Tightening found = Tightening.of(candidate, census, of.isEmpty() ? null : of);
        return query.containsKey("json")
                ? Answer.json(200, json(name, candidate, found) + "\n")
                : Answer.text(200, text(name, candidate, found));
    }

    private static TlsConfig.@Nullable Policy candidate(String name, Map<String, TlsConfig> blocks) {
        TlsConfig.Policy known = TlsConfig.Policy.named(name);
        TlsConfig block = blocks.get(name);
        return known != null || block == null ? known : block.policy();
    }

    private static String named(Map<String, TlsConfig> blocks) {
        return blocks.isEmpty() ? "" : ", or one of " + String.join(", ", blocks.keySet());
    }

    private static String text(String name, TlsConfig.Policy candidate, Tightening found) {
        StringBuilder text = new StringBuilder();
        text.append("candidate  ")
                .append(name)
                .append(": ")
                .append(versions(candidate))
                .append(", groups ");
        text.append(String.join(" ", candidate.groups())).append('\n');
        text.append("seen       ")
                .append(counted(found.served(), "handshake"))
                .append(" since ")
                .append(found.since().truncatedTo(ChronoUnit.SECONDS))
                .append(
                        found.refused() == 0
                                ? ""
                                : ", " + found.refused() + " more failed for want of anything in common")
                .append('\n');
        table(text, "would fail", found.shutOut(), found.served());
        table(text, "fail today, would succeed", found.letIn(), found.refused());
        if (found.others() > 0) {
            text.append('\n').append(counted(found.others(), "handshake"));
            text.append(" of clients too rare to keep: nothing can be said of them\n");
        }
        return text.append('\n').append(advice(name, found)).append('\n').toString();
    }

    private static void table(StringBuilder text, String title, List<Tightening.Client> clients, long all) {
        if (clients.isEmpty()) {
            return;
        }
        text.append('\n').append(String.format(Locale.ROOT, "%8s  %10s  %s%n", "share", "handshakes", title));
        for (Tightening.Client client : clients) {
            text.append(String.format(
                    Locale.ROOT,
                    "%7.2f%%  %10d  tls.%s: %s%n",
                    100.0 * client.handshakes() / all,
                    client.handshakes(),
                    client.block(),
                    client.family().sentence()));
            line(text, client.agents().isEmpty() ? null : "says: " + String.join(" | ", client.agents()));
            line(text, client.ja4() == null ? null : "ja4: " + client.ja4());
            line(text, client.reason());
        }
    }

    private static void line(StringBuilder text, @Nullable String line) {
        if (line != null) {
            text.append(" ".repeat(22)).append(line).append('\n');
        }
    }

    /** What to do with it, in one sentence. */
    private static String advice(String name, Tightening found) {
        if (found.served() == 0) {
            return "Nobody has come yet, so nothing can be said: ask again after a week of traffic.";
        }
        if (found.shutOut().isEmpty()) {
            return "Nobody who came would be shut out: once a week or more of traffic is counted, set tls.<name>.policy to that of "
                    + name + " and watch portcullis_tls_handshake_failures_total.";
        }
        return String.format(
                Locale.ROOT,
                "%s of %d (%.2f %%) would be shut out: have these clients updated first, or leave the policy for the names they"
                        + " ask for (tls.<name>.hosts) and tighten the rest.",
                counted(found.lost(), "handshake"),
                found.served(),
                100.0 * found.lost() / found.served());
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String versions(TlsConfig.Policy policy) {
        return "TLS " + policy.min() + (policy.min().equals(policy.max()) ? "" : " to " + policy.max());
    }

    private static Json json(String name, TlsConfig.Policy candidate, Tightening found) {
        return new Json()
                .put("candidate", name)
                .put("policy", candidate.name())
                .put("since", found.since().toString())
                .put("served", (double) found.served())
                .put("refused", (double) found.refused())
                .put("lost", (double) found.lost())
                .put("won", (double) found.won())
                .put("others", (double) found.others())
                .list("shutOut", clients(found.shutOut()))
                .list("letIn", clients(found.letIn()))
                .put("advice", advice(name, found));
    }

    private static List<Json> clients(List<Tightening.Client> clients) {
        List<Json> rows = new ArrayList<>();
        for (Tightening.Client client : clients) {
            Tightening.Offered offered = client.offered();
            rows.add(new Json()
                    .put("tls", client.block())
                    .put("handshakes", (double) client.handshakes())
                    .put("family", client.family().label())
                    .texts("agents", client.agents())
                    .put("ja4", client.ja4())
                    .texts("versions", offered.versions())
                    .texts("suites", offered.suites())
                    .texts("groups", offered.groups())
                    .texts("signatures", offered.signatures())
                    .put("reason", client.reason()));
        }
        return rows;
    }
}
