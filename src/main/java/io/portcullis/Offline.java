package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.explain.Explainer;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.FileCertificates;
import io.portcullis.tls.HstsRamps;
import io.portcullis.tls.ServerTls;
import io.portcullis.tls.Stapling;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A configuration with its certificates loaded, and nothing opened. */
record Offline(PortcullisConfig config, Map<String, CertificateIndex> certificates, HstsRamps ramps)
        implements AutoCloseable {

    /** Loads the certificates; where one is bad its block is missing, and {@code problems} says why. */
    static Offline load(PortcullisConfig config, List<Problem> problems) {
        Clock clock = Clock.systemUTC();
        FileCertificates files = new FileCertificates(clock);
        // Only for what is wrong with them.
        var unused = KeyMaterial.keyrings(config, files, problems::add);
        // Asks nobody; knows of the staples that were kept on disk.
        try (Stapling kept = new Stapling(clock, result -> {})) {
            ServerTls serverTls = new ServerTls(files, kept, clock);
            return new Offline(
                    config, KeyMaterial.certificates(config, serverTls, Map.of(), problems::add), new HstsRamps(clock));
        }
    }

    /** Whether every block has its certificates. */
    boolean isWhole() {
        return certificates.size() == config.tls().size();
    }

    Explainer explainer() {
        return new Explainer(
                config, certificates, name -> null, block -> ramps.header(block).get());
    }

    @Override
    public void close() {
        certificates.values().forEach(CertificateIndex::close);
    }
}
