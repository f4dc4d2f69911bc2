package io.portcullis.config;

import io.portcullis.config.BalanceConfig.HashBy;
import io.portcullis.config.BalanceConfig.Policy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads an upstream's endpoints, and how exchanges are shared out among them. */
final class BalanceReader {
    private static final Pattern BACKUP = Pattern.compile("[1-9]");

    private static final Map<String, Policy> POLICIES = Map.of(
            "round-robin", Policy.ROUND_ROBIN,
            "least-requests", Policy.LEAST_REQUESTS,
            "peak-ewma", Policy.PEAK_EWMA,
            "random", Policy.RANDOM,
            "hash", Policy.HASH);

    private record Key(HashBy by, String name) {}

    private BalanceReader() {}

    /** @param listed a file that names more of them; null where there is none */
    static List<EndpointConfig> endpoints(Node node, @Nullable Path listed) {
        List<EndpointConfig> endpoints = new ArrayList<>(node.mixed(
                "endpoints",
                "defaults.endpoint",
                setting -> EndpointConfig.of(Addresses.endpoint(setting)),
                BalanceReader::endpoint));
        if (listed != null) {
            endpoints.addAll(EndpointFile.read(node, listed));
        } else if (!node.isWritten("endpoints") || node.isEmptyList("endpoints")) {
            node.missing("endpoints", "at least one backend", "endpoints = [\"10.0.0.5:8080\"]");
        }
        if (endpoints.stream().map(EndpointConfig::address).distinct().count() < endpoints.size()) {
            node.error("endpoints", "a backend is named twice", "name each once");
        }
        if (!endpoints.isEmpty() && endpoints.stream().allMatch(EndpointConfig::isBackup)) {
            node.error("endpoints", "every backend is a backup", "leave backup = on out of those that serve");
        }
        return List.copyOf(endpoints);
    }

    static BalanceConfig read(Node node) {
        Node hash = node.block("hash");
        Key key = hash.value("by", BalanceReader::key);
        int most = hash.value("most-load", Units.percent(101, 10_000));
        hash.finish();
        return new BalanceConfig(
                node.value("balance", Units.choice(POLICIES)),
                key.by,
                key.name,
                most,
                node.value("panic-below", Units.or("off", 0, Units.percent(1, 100))));
    }

    static EndpointConfig endpoint(Node node) {
        UpstreamConfig.EndpointAddress address = node.required(
                "address", "where the backend listens", "address = \"10.0.0.5:8080\"", Addresses::endpoint);
        EndpointConfig endpoint = new EndpointConfig(
                address == null ? new UpstreamConfig.EndpointAddress("", 0, null) : address,
                node.value("weight", Units.integer(1, 256)),
                node.value("backup", BalanceReader::backup));
        node.finish();
        return endpoint;
    }

    private static int backup(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (BACKUP.matcher(text).matches()) {
            return text.charAt(0) - '0';
        }
        try {
            return Units.flag(setting) ? 1 : 0;
        } catch (Refusal refusal) {
            throw new Refusal("expected on, off or a number from 1 to 9, found \"" + text + "\"", "write on or off");
        }
    }

    private static Key key(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (text.equals("client-address")) {
            return new Key(HashBy.CLIENT_ADDRESS, "");
        }
        if (text.equals("path")) {
            return new Key(HashBy.PATH, "");
        }
        int space = text.indexOf(' ');
        String name = text.substring(space + 1).strip();
        String kind = space > 0 && Labels.isToken(name) ? text.substring(0, space) : "";
        if (kind.equals("header")) {
            return new Key(HashBy.HEADER, name.toLowerCase(Locale.ROOT));
        }
        if (kind.equals("cookie")) {
            return new Key(HashBy.COOKIE, name);
        }
        throw new Refusal(
                "expected what makes a request's key, found \"" + text + "\"",
                "write client-address, path, \"header X-User\" or \"cookie session\"");
    }
}
