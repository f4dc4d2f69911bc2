package io.portcullis.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.portcullis.config.TlsConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * What a policy means to BoringSSL.
 *
 * <p>The server's order of suites and groups wins. The three TLS 1.3 suites are BoringSSL's own choice and cannot be told apart; TLS
 * 1.2 suites are taken as written. Groups are always set, or the property {@code jdk.tls.namedGroups} would decide.
 */
final class TlsPolicy {
    /** All of TLS 1.3's that BoringSSL has; it always offers all three where the version is on. */
    private static final List<String> SUITES_13 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private final TlsConfig.Policy policy;

    TlsPolicy(TlsConfig.Policy policy) {
        this.policy = policy;
    }

    String name() {
        return policy.name();
    }

    /** For a server or a client; the same versions, suites and groups. */
    SslContextBuilder applyTo(SslContextBuilder builder) {
        return builder.sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(protocols())
                .ciphers(suites(), IdentityCipherSuiteFilter.INSTANCE)
                .option(OpenSslContextOption.GROUPS, policy.groups().toArray(String[]::new));
    }

    /**
     * The only behaviours BoringSSL's binding knows: without a common protocol none is chosen and the handshake goes on. RFC 7301 §3.2
     * wants it to fail; the reader of the {@link ClientHello} sees to that.
     */
    static ApplicationProtocolConfig alpn(List<String> protocols) {
        return new ApplicationProtocolConfig(
                Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, protocols);
    }

    List<String> groups() {
        return policy.groups();
    }

    List<String> protocols() {
        List<String> versions = new ArrayList<>();
        if (has12()) {
            versions.add("TLSv1.2");
        }
        if (has13()) {
            versions.add("TLSv1.3");
        }
        return versions;
    }

    private boolean has12() {
        return policy.min().equals("1.2");
    }

    private boolean has13() {
        return policy.max().equals("1.3");
    }

    private List<String> suites() {
        List<String> all = new ArrayList<>();
        if (has13()) {
            all.addAll(SUITES_13);
        }
        if (has12()) {
            all.addAll(policy.ciphers12());
        }
        return all;
    }
}
