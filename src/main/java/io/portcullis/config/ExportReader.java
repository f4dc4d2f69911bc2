package io.portcullis.config;

import io.portcullis.config.TracingConfig.Trust;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code tracing} and {@code metrics}. */
final class ExportReader {
    private static final Map<String, Trust> TRUST =
            Map.of("trusted-proxies", Trust.TRUSTED_PROXIES, "everyone", Trust.EVERYONE, "nobody", Trust.NOBODY);

    private ExportReader() {}

    static ExportConfig read(Node root) {
        Node metrics = root.block("metrics");
        Node tracing = root.optionalBlock("tracing");
        Node otlp = metrics.optionalBlock("otlp");
        metrics.finish();
        return new ExportConfig(tracing == null ? null : tracing(tracing), otlp == null ? null : meters(otlp));
    }

    private static @Nullable TracingConfig tracing(Node node) {
        URI endpoint = url(node, "endpoint", "http://127.0.0.1:4318/v1/traces");
        double sample = node.value("sample", Units.or("off", 0.0, Units.fraction()));
        Trust trust = node.value("trust", Units.choice(TRUST));
        int queue = node.value("queue", Units.integer(64, 65_536));
        Duration timeout = node.value("timeout", Units.duration(Duration.ofMillis(100), Duration.ofMinutes(1)));
        String service = node.value("service-name", Labels::token);
        node.finish();
        return endpoint == null ? null : new TracingConfig(endpoint, sample, trust, queue, timeout, service);
    }

    private static @Nullable MeterPushConfig meters(Node node) {
        URI url = url(node, "url", "http://127.0.0.1:4318/v1/metrics");
        Duration step = node.value("step", Units.duration(Duration.ofSeconds(1), Duration.ofHours(1)));
        String service = node.value("service-name", Labels::token);
        node.finish();
        return url == null ? null : new MeterPushConfig(url, step, service);
    }

    private static @Nullable URI url(Node node, String key, String example) {
        return node.required(key, "an address", key + " = \"" + example + "\"", setting -> {
            String text = setting.text().strip();
            try {
                URI uri = new URI(text);
                boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                boolean whole = uri.getHost() != null && uri.getRawPath().length() > 1;
                if (web && whole && uri.getRawUserInfo() == null && uri.getRawFragment() == null) {
                    return uri;
                }
            } catch (URISyntaxException e) {
                // Told below.
            }
            throw new Refusal(
                    "expected http(s)://HOST[:PORT]/PATH, found \"" + text + "\"",
                    "a collector usually listens at " + example);
        });
    }
}
