package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.explain.Explainer;
import io.portcullis.listen.Stack;
import io.portcullis.proxy.Routing;
import io.portcullis.sign.Keyring;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.HstsRamps;
import io.portcullis.upstream.Upstream;
import java.util.Map;

/**
 * Everything that one configuration became: immutable, swapped whole.
 *
 * @param certificates by the name of their block under {@code tls}
 * @param upstreams by name
 * @param keyrings what is signed with, by listener that signs
 * @param stacks by listener
 * @param ramps of HSTS, which outlive this
 */
record Snapshot(
        PortcullisConfig config,
        Routing routing,
        Map<String, CertificateIndex> certificates,
        Map<String, Upstream> upstreams,
        Map<String, Keyring> keyrings,
        Map<String, Stack> stacks,
        HstsRamps ramps) {
    /** Tells of what runs. */
    Explainer explainer() {
        return new Explainer(config, certificates, upstreams::get, block -> ramps.header(block)
                .get());
    }
}
