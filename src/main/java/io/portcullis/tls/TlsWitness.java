package io.portcullis.tls;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears of every handshake of a listener. Safe for any thread.
 *
 * @param ramp what climbs while they go well; null where nothing does
 */
public record TlsWitness(ClientCensus census, @Nullable HstsRamp ramp) {
    /**
     * One succeeded.
     *
     * @param ja4 null where it was not computed
     * @return is to hear of the user agent that the client gives with its first request
     */
    public Consumer<@Nullable String> served(
            CertificateIndex index, TlsTarget by, ClientHello hello, @Nullable String ja4) {
        if (ramp != null) {
            ramp.served(hello.serverName(), index::isBelow);
        }
        return census.served(index.name(), by, hello, ja4);
    }

    /**
     * One failed.
     *
     * @param by null where it failed before a certificate was chosen
     */
    public void failed(CertificateIndex index, @Nullable TlsTarget by, FailedHandshake failure) {
        if (ramp != null) {
            ramp.failed(failure, index::isBelow);
        }
        if (by != null) {
            census.failed(index.name(), by, failure);
        }
    }

    /** A request came for a host of {@code index}, or one below. */
    public void requested(CertificateIndex index, String host, boolean overTls) {
        if (ramp != null && (overTls || index.covers(host) || index.isBelow(host))) {
            ramp.requested(host, overTls, index::isBelow);
        }
    }
}
