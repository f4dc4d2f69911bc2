package io.portcullis.net;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was agreed in one TLS handshake.
 *
 * @param version {@code TLSv1.2} or {@code TLSv1.3}
 * @param cipher the suite's name
 * @param group the key-exchange group; null where a TLS 1.2 session was resumed
 * @param resumed whether an earlier session was continued
 * @param sni the host name the client asked for, lower case; null where it named none
 * @param client who the client showed itself to be; null where it showed no certificate
 * @param serves whether this connection may be asked for a host (lower case, IPv6 in brackets), whatever name the handshake gave
 * @param handshakeNanos how long the handshake took
 * @param hsts says the {@code Strict-Transport-Security} value of the moment; null where it is off
 * @param told fields that the operator wants backends to be told of the client's certificate, values by names; nothing where he wants
 *     none, or asks for no certificate
 * @param ja4 the fingerprint of the client's first message; null where there is none
 * @param agent is to hear once of the user agent that the connection's first request gives, or of null where it gives none
 */
public record TlsFacts(
        String version,
        String cipher,
        @Nullable String group,
        boolean resumed,
        @Nullable String sni,
        @Nullable Client client,
        Predicate<String> serves,
        long handshakeNanos,
        Supplier<@Nullable String> hsts,
        Map<String, String> told,
        @Nullable String ja4,
        Consumer<@Nullable String> agent) {

    /**
     * A client's certificate that was found good, as backends are told of it (RFC 9440).
     *
     * @param subject its distinguished name
     * @param names its alternative names and common names, and {@code sha256:} with its digest in hex
     * @param certificate the value of {@code Client-Cert}; null where backends are not to be told
     * @param chain the value of {@code Client-Cert-Chain}; null where there is none or backends are not to be told
     */
    public record Client(String subject, Set<String> names, @Nullable String certificate, @Nullable String chain) {}
}
