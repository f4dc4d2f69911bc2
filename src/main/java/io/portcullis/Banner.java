package io.portcullis;

import io.portcullis.config.BindAddress;
import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.tls.CertificateFacts;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.CertificateTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is printed when everything listens: addresses, certificates, and a line to try. */
final class Banner {
    private Banner() {}

    static String of(Portcullis running, long nanos) {
        PortcullisConfig config = running.config();
        StringBuilder text = new StringBuilder(String.format(
                "%nPortcullis %s is ready after %d ms with %s%n",
                VersionCommand.own(), nanos / 1_000_000, config.file()));
        for (ListenerConfig listener : config.listeners()) {
            String does = listener.redirect() != null
                    ? "sends everything to HTTPS on port " + listener.redirect().port()
                    : listener.tls() != null ? "HTTPS" : "plain HTTP";
            text.append(String.format("  %-8s %s  %s%n", listener.name(), binds(listener.bind()), does));
        }
        if (config.admin().bind() != null) {
            text.append(String.format(
                    "  %-8s %s  dashboard, /metrics /livez /readyz%n",
                    "admin", config.admin().bind()));
        }
        certificates(text, running.certificates());
        String line = tryLine(config, running.certificates());
        if (line != null) {
            text.append(String.format("%nTry:  %s%n%n", line));
        }
        return text.toString();
    }

    private static String binds(List<BindAddress> addresses) {
        return String.join(" ", addresses.stream().map(BindAddress::toString).toList());
    }

    private static void certificates(StringBuilder text, Map<String, CertificateIndex> indexes) {
        List<CertificateFacts> facts = new ArrayList<>();
        indexes.values().forEach(index -> index.credentials().forEach(one -> facts.add(CertificateFacts.of(one))));
        if (!facts.isEmpty()) {
            text.append(System.lineSeparator());
            CertificateTable.of(facts, Instant.now())
                    .lines()
                    .forEach(line -> text.append("  ").append(line).append(System.lineSeparator()));
        }
    }

    /** A request to the first HTTPS listener by a name of its first certificate; with our own authority where it is beside it. */
    private static @Nullable String tryLine(PortcullisConfig config, Map<String, CertificateIndex> indexes) {
        for (ListenerConfig listener : config.listeners()) {
            CertificateIndex index = listener.tls() == null ? null : indexes.get(listener.tls());
            if (index == null || listener.bind().isEmpty()) {
                continue;
            }
            int port = listener.bind().getFirst().port();
            var credential = index.credentials().getFirst();
            Path authority =
                    credential.source().chain().resolveSibling("ca.pem").normalize();
            String trust = Files.exists(authority) ? "--cacert " + shortest(authority) + " " : "";
            String name = credential.names().contains("localhost")
                    ? "localhost"
                    : credential.names().getFirst();
            return "curl " + trust + "https://" + name + (port == 443 ? "" : ":" + port) + "/";
        }
        return null;
    }

    private static Path shortest(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(here) ? here.relativize(absolute) : absolute;
    }
}
