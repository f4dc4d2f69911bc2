package io.portcullis.config;

import io.portcullis.config.PathPolicy.Treatment;
import java.util.Map;

/** Reads a route's {@code path-policy}. */
final class PathPolicyReader {
    private static final ValueReader<Treatment> KEEP_OR_REJECT =
            Units.choice(Map.of("keep", Treatment.KEEP, "reject", Treatment.REJECT));
    private static final ValueReader<Treatment> DOTS =
            Units.choice(Map.of("reject", Treatment.REJECT, "resolve", Treatment.NORMALISE));

    private PathPolicyReader() {}

    static PathPolicy read(Node node) {
        PathPolicy policy = new PathPolicy(
                node.value("encoded-slash", orElse("decode")),
                node.value("double-slash", orElse("merge")),
                node.value("semicolon", KEEP_OR_REJECT),
                node.value("encoded-delimiters", KEEP_OR_REJECT),
                node.value("dot-segments", DOTS));
        node.finish();
        return policy;
    }

    private static ValueReader<Treatment> orElse(String normalise) {
        return Units.choice(Map.of("keep", Treatment.KEEP, "reject", Treatment.REJECT, normalise, Treatment.NORMALISE));
    }
}
