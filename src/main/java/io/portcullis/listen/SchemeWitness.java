package io.portcullis.listen;

import io.portcullis.http.Exchange;
import io.portcullis.http.ExchangeHandler;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.HstsRamp;
import io.portcullis.tls.TlsWitness;
import java.util.List;

/**
 * Tells ramps of HSTS which requests come over TLS and which in plain, and passes them on. Only where there is a ramp. Safe for any thread.
 *
 * @param watched over TLS: the listener's own block; in plain: every block that has a ramp
 */
public record SchemeWitness(ExchangeHandler next, List<Watched> watched) implements ExchangeHandler {
    /** A block under {@code tls} whose {@link HstsRamp} is to hear of requests. */
    public record Watched(TlsWitness witness, CertificateIndex index) {}

    @Override
    public void handle(Exchange exchange) {
        boolean overTls = exchange.client().peer().isSecure();
        String host = exchange.head().authority().host();
        for (Watched each : watched) {
            each.witness().requested(each.index(), host, overTls);
        }
        next.handle(exchange);
    }
}
