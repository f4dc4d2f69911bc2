package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.http.ExchangeHandler;
import io.portcullis.listen.SchemeWitness;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.ClientCensus;
import io.portcullis.tls.HstsRamp;
import io.portcullis.tls.HstsRamps;
import io.portcullis.tls.TlsWitness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What tells the report of clients and the climbing of HSTS who came, and how. */
record Witnesses(ClientCensus census, HstsRamps ramps) {
    /** That of a listener with this {@code tls} block; null for plain HTTP. */
    TlsWitness of(@Nullable TlsConfig tls) {
        return new TlsWitness(census, tls == null ? null : ramps.of(tls));
    }

    /** {@code handler}, watched where a block climbs. A listener without {@code tls} is about every block. */
    ExchangeHandler around(
            ExchangeHandler handler,
            @Nullable TlsConfig tls,
            PortcullisConfig config,
            Map<String, CertificateIndex> certificates) {
        List<SchemeWitness.Watched> watched = new ArrayList<>();
        for (TlsConfig block : tls == null ? config.tls().values() : List.of(tls)) {
            HstsRamp ramp = ramps.of(block);
            if (ramp != null) {
                watched.add(new SchemeWitness.Watched(
                        new TlsWitness(census, ramp), Assembly.known(certificates, block.name())));
            }
        }
        return watched.isEmpty() ? handler : new SchemeWitness(handler, watched);
    }
}
