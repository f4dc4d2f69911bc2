package io.portcullis.tls;

import io.portcullis.config.HstsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Virtual time in which a site has traffic, hour by hour. */
final class HstsHours implements InstantSource {
    private Instant now;

    HstsHours(Instant began) {
        now = began;
    }

    @Override
    public Instant instant() {
        return now;
    }

    void set(Instant time) {
        now = time;
    }

    void goodDays(HstsRamp ramp, int days) throws Exception {
        for (int hour = 0; hour < 24 * days; hour++) {
            goodHour(ramp);
        }
    }

    void goodHour(HstsRamp ramp) throws Exception {
        goodHour(ramp, 100);
    }

    void goodHour(HstsRamp ramp, int handshakes) throws Exception {
        for (int i = 0; i < handshakes; i++) {
            ramp.served("example.com", name -> name.endsWith(".example.com"));
            ramp.requested("example.com", true, name -> name.endsWith(".example.com"));
        }
        passHour(ramp);
    }

    void passHour(HstsRamp ramp) {
        now = now.plus(Duration.ofHours(1));
        ramp.look();
    }

    static HstsConfig config(@Nullable Path folder, int days, boolean subdomains) {
        return new HstsConfig(
                HstsConfig.Mode.RAMP, Duration.ofDays(days), subdomains, false, new HstsConfig.Ramp(folder, 1, 20));
    }

    static void failures(HstsRamp ramp, TlsFailure why, int count) {
        for (int i = 0; i < count; i++) {
            ramp.failed(FailedHandshake.refused(why, hello("example.com")), name -> name.endsWith(".example.com"));
        }
    }

    static ClientHello hello(String name) {
        return new ClientHello(name, List.of(), List.of(0x0304), List.of(0x1301), List.of(), List.of(), List.of());
    }
}
