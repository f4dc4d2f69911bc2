package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.explain.Explainer;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.FileCertificates;
import io.portcullis.tls.ServerTls;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A configuration with its certificates loaded, and nothing opened. */
record Offline(PortcullisConfig config, Map<String, CertificateIndex> certificates) implements AutoCloseable {

    /** Loads the certificates; where one is bad its block is missing, and {@code problems} says why. */
    static Offline load(PortcullisConfig config, List<Problem> problems) {
        FileCertificates files = new FileCertificates(Clock.systemUTC());
        // Only for what is wrong with them.
        var unused = Assembly.keyrings(config, files, problems::add);
        return new Offline(
                config,
                Assembly.certificates(config, new ServerTls(files, Clock.systemUTC()), Map.of(), problems::add));
    }

    /** Whether every block has its certificates. */
    boolean isWhole() {
        return certificates.size() == config.tls().size();
    }

    Explainer explainer() {
        return new Explainer(config, certificates, name -> null);
    }

    @Override
    public void close() {
        certificates.values().forEach(CertificateIndex::close);
    }
}
