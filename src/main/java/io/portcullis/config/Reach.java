package io.portcullis.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a setting reaches beside itself: other keys that the same line sets, and who uses the block it stands in. */
public final class Reach {
    private static final int MOST_NAMED = 8;
    private static final Pattern BLOCK = Pattern.compile("(upstreams|tls)\\.([^.\\[]+).*");
    private static final Map<String, Pattern> USERS = Map.of(
            "upstreams", Pattern.compile(".*\\.(upstream|signer)"), "tls", Pattern.compile("listeners\\..*\\.tls"));

    private Reach() {}

    /**
     * As sentences, each of one line.
     *
     * @param all everything that holds
     * @param key a key or a block
     */
    public static List<String> of(List<Effective> all, String key) {
        List<String> lines = new ArrayList<>();
        Set<String> templates = all.stream()
                .filter(each -> each.isWithin(key) && !each.template().isEmpty())
                .map(Effective::template)
                .collect(Collectors.toCollection(TreeSet::new));
        for (String template : templates) {
            List<String> others = all.stream()
                    .filter(each -> !each.isWithin(key) && each.template().equals(template))
                    .map(Effective::key)
                    .toList();
            if (!others.isEmpty()) {
                lines.add(template + " also sets " + named(others));
            }
        }
        Matcher block = BLOCK.matcher(key);
        if (block.matches()) {
            lines.add(users(all, block.group(1), block.group(2)));
        }
        return lines;
    }

    private static String users(List<Effective> all, String kind, String name) {
        Pattern users = USERS.getOrDefault(kind, BLOCK);
        List<String> found = all.stream()
                .filter(each ->
                        users.matcher(each.key()).matches() && each.value().equals("\"" + name + "\""))
                .map(each -> each.key() + " (" + each.origin() + ")")
                .toList();
        return kind + "." + name + (found.isEmpty() ? " is used by nothing" : " is used by " + named(found));
    }

    private static String named(List<String> keys) {
        String rest = keys.size() > MOST_NAMED ? " and " + (keys.size() - MOST_NAMED) + " more" : "";
        return String.join(", ", keys.subList(0, Math.min(MOST_NAMED, keys.size()))) + rest;
    }
}
