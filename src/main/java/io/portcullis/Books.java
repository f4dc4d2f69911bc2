package io.portcullis;

import io.portcullis.config.HstsConfig;
import io.portcullis.config.ListenerConfig;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.telemetry.CertificateMeters;
import io.portcullis.telemetry.Meters;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.Credential;
import io.portcullis.tls.HstsRamp;
import io.portcullis.tls.HstsRamps;
import io.portcullis.tls.Staple;
import io.portcullis.tls.Stapling;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Keeps the meters to what the configuration in force names. */
final class Books {
    private Books() {}

    static void keep(Meters meters, Snapshot now) {
        Set<String> listeners = new HashSet<>();
        if (now.config().admin().bind() != null) {
            listeners.add("admin");
        }
        if (now.config().demo().bind() != null) {
            listeners.add("demo");
        }
        Set<String> routes = new HashSet<>();
        for (ListenerConfig listener : now.config().listeners()) {
            listeners.add(listener.name());
            routes.add(Assembly.redirectRoute(listener));
        }
        for (RouteConfig route : now.config().routes()) {
            routes.add(route.name());
        }
        Set<String> certificates = new HashSet<>();
        now.certificates().values().forEach(index -> {
            for (Credential credential : index.credentials()) {
                String label = label(index, credential);
                certificates.add(label);
                meters.certificate(label).notAfter(credential.expires().getEpochSecond());
            }
        });
        meters.retainOnly(listeners, routes, now.upstreams().keySet(), certificates);
    }

    /** Shows until when each certificate is stapled, and which should be and is not. */
    static void staples(Meters meters, Collection<CertificateIndex> served, Stapling stapling) {
        for (CertificateIndex index : served) {
            for (Credential credential : index.credentials()) {
                Stapling.Told told = stapling.told(credential);
                CertificateMeters shown = meters.certificate(label(index, credential));
                Staple staple = told.staple();
                if (told.responder() != null) {
                    shown.staple(staple == null ? 0 : staple.nextUpdate().getEpochSecond());
                }
                if (told.mustStaple()) {
                    shown.stapleMissing(staple == null);
                }
            }
        }
    }

    /** Shows what each block tells browsers of HSTS. */
    static void hsts(Meters meters, Collection<TlsConfig> blocks, HstsRamps ramps) {
        Map<String, Long> ages = new HashMap<>();
        for (TlsConfig block : blocks) {
            HstsConfig hsts = block.hsts();
            HstsRamp ramp = ramps.of(block);
            if (hsts != null) {
                ages.put(
                        block.name(),
                        ramp != null
                                ? ramp.maxAge().toSeconds()
                                : hsts.mode() == HstsConfig.Mode.RETIRE
                                        ? 0
                                        : hsts.maxAge().toSeconds());
            }
        }
        meters.hsts(ages);
    }

    private static String label(CertificateIndex index, Credential credential) {
        return index.name() + ":" + credential.source().chain().getFileName();
    }
}
