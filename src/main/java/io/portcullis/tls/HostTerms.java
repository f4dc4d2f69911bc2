package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which policy group a name of one block belongs to: an exact entry of {@code hosts}, else a wildcard's, else the block's. */
final class HostTerms {
    private final PolicyGroup block;
    private final Map<String, PolicyGroup> byName;

    private HostTerms(PolicyGroup block, Map<String, PolicyGroup> byName) {
        this.block = block;
        this.byName = byName;
    }

    /** Reads authorities and revocation lists; null after an error. Blocks. */
    static @Nullable HostTerms read(TlsConfig config, Clock clock, Consumer<Problem> problems) {
        ClientAuthorities files = new ClientAuthorities(clock);
        Map<TlsConfig.ClientCertificates, ClientTrust> read = new HashMap<>();
        List<TlsConfig.Terms> all = config.allTerms();
        boolean complete = true;
        for (int i = 0; i < all.size(); i++) {
            TlsConfig.ClientCertificates clients = all.get(i).clients();
            if (clients == null || read.containsKey(clients)) {
                continue;
            }
            String place = i == 0 ? "" : ".hosts[" + (i - 1) + "]";
            ClientTrust trust = files.read(clients, "tls." + config.name() + place + ".client-certificates", problems);
            complete &= trust != null;
            if (trust != null) {
                read.put(clients, trust);
            }
        }
        if (!complete) {
            return null;
        }
        Map<String, PolicyGroup> byName = new LinkedHashMap<>();
        for (TlsConfig.Host host : config.hosts()) {
            PolicyGroup group = group(config, host.terms(), read);
            host.names().forEach(name -> byName.put(HostNames.canonical(name), group));
        }
        return new HostTerms(group(config, config.terms(), read), byName);
    }

    private static PolicyGroup group(
            TlsConfig config, TlsConfig.Terms terms, Map<TlsConfig.ClientCertificates, ClientTrust> read) {
        return PolicyGroup.of(config.name(), terms, terms.clients() == null ? null : read.get(terms.clients()));
    }

    /** The group of {@code name}, canonical; it may be a wildcard. */
    PolicyGroup of(String name) {
        PolicyGroup exact = byName.get(name);
        if (exact != null) {
            return exact;
        }
        String wildcard = HostNames.wildcardOf(name);
        PolicyGroup covering = wildcard == null ? null : byName.get(wildcard);
        return covering != null ? covering : block;
    }

    /** The group of names without terms of their own. */
    PolicyGroup ofBlock() {
        return block;
    }
}
