package io.portcullis.net;

import org.jspecify.annotations.Nullable;

/**
 * What was agreed in one TLS handshake.
 *
 * @param version {@code TLSv1.2} or {@code TLSv1.3}
 * @param cipher the suite's name
 * @param group the key-exchange group; null where a TLS 1.2 session was resumed
 * @param resumed whether an earlier session was continued
 * @param sni the host name the client asked for, lower case; null where it named none
 * @param hsts the {@code Strict-Transport-Security} value of this listener's policy; null where it is off
 */
public record TlsFacts(
        String version,
        String cipher,
        @Nullable String group,
        boolean resumed,
        @Nullable String sni,
        @Nullable String hsts) {}
