package io.portcullis.listen;

import io.portcullis.config.Http2Config;
import io.portcullis.config.Limits;
import io.portcullis.config.Timeouts;
import io.portcullis.http.ExchangeHandler;
import io.portcullis.http.HeadLimits;
import io.portcullis.http.Http1Writer;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Networks;
import io.portcullis.telemetry.ListenerMeters;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.TlsWitness;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a listener does with its connections: a value; a connection keeps the one it began with.
 *
 * @param name the listener's name
 * @param certificates null for plain HTTP
 * @param hsts says the {@code Strict-Transport-Security} value of the moment; null where it is off
 * @param h2c whether plain connections may begin with HTTP/2
 * @param alpn what TLS clients are offered, best first
 * @param fingerprints whether a client's JA4 is wanted
 * @param witness hears of every handshake
 * @param trusted whose forwarding fields are believed
 * @param proxies who begins connections with a PROXY protocol header; null: nobody
 */
public record Stack(
        String name,
        ExchangeHandler handler,
        @Nullable CertificateIndex certificates,
        Supplier<@Nullable String> hsts,
        Timeouts timeouts,
        Limits limits,
        Http2Config http2,
        boolean h2c,
        List<String> alpn,
        boolean fingerprints,
        TlsWitness witness,
        Networks trusted,
        @Nullable ProxyPeers proxies,
        Http1Writer writer,
        ListenerMeters meters) {
    /** How large a request's head may be. */
    HeadLimits headLimits() {
        return HeadLimits.ofRequests(limits.requestLine(), limits.headerBytes(), limits.headerCount());
    }

    /** A head took too long. */
    Failure headLate() {
        long millis = timeouts.requestHead().toMillis();
        return Failure.of(FailureKind.REQUEST_HEAD_TIMEOUT, "the head was not complete within " + millis + " ms");
    }
}
