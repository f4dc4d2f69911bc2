package io.portcullis;

import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.sign.Keyring;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.CertificateSource;
import io.portcullis.tls.ClientTls;
import io.portcullis.tls.ServerTls;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads what a configuration names of keys and certificates. Blocks (files, handshakes in process): never on an event loop. */
final class KeyMaterial {
    private KeyMaterial() {}

    /**
     * Loads, checks and tries out every certificate.
     *
     * @param before what serves TLS now, by block: contexts that would come out the same are kept
     */
    static Map<String, CertificateIndex> certificates(
            PortcullisConfig config,
            ServerTls serverTls,
            Map<String, CertificateIndex> before,
            Consumer<Problem> problems) {
        Map<String, CertificateIndex> built = new LinkedHashMap<>();
        for (TlsConfig block : config.tls().values()) {
            CertificateIndex index = serverTls.build(block, before.get(block.name()), problems);
            if (index != null) {
                built.put(block.name(), index);
            }
        }
        return built;
    }

    /** The keys of those listeners that sign, by listener; null after an error. */
    static @Nullable Map<String, Keyring> keyrings(
            PortcullisConfig config, CertificateSource source, Consumer<Problem> problems) {
        Map<String, Keyring> read = new HashMap<>();
        boolean refused = false;
        for (ListenerConfig listener : config.listeners()) {
            if (listener.signing() != null) {
                Keyring keyring = Keyring.load(listener.name(), listener.signing(), source, problems);
                refused |= keyring == null;
                if (keyring != null) {
                    read.put(listener.name(), keyring);
                }
            }
        }
        return refused ? null : read;
    }

    /** What is read for TLS toward endpoints, by upstream; null after an error. */
    static @Nullable Map<String, ClientTls> backendTls(PortcullisConfig config, Consumer<Problem> problems) {
        Map<String, ClientTls> read = new HashMap<>();
        boolean refused = false;
        for (UpstreamConfig upstream : config.upstreams().values()) {
            if (upstream.tls() != null) {
                ClientTls tls = ClientTls.read(upstream, Clock.systemUTC(), problems);
                refused |= tls == null;
                if (tls != null) {
                    read.put(upstream.name(), tls);
                }
            }
        }
        return refused ? null : read;
    }
}
