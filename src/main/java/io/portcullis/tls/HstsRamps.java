package io.portcullis.tls;

import io.portcullis.config.HstsConfig;
import io.portcullis.config.TlsConfig;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The ramps of all blocks, which outlive reloads. Safe for any thread; blocks. */
public final class HstsRamps implements AutoCloseable {
    private final InstantSource clock;
    private final TreeMap<String, HstsRamp> ramps = new TreeMap<>();

    public HstsRamps(InstantSource clock) {
        this.clock = clock;
    }

    /** The ramp of {@code block}, which goes on where it was; null where it has none. */
    public synchronized @Nullable HstsRamp of(TlsConfig block) {
        HstsConfig hsts = block.hsts();
        if (hsts == null || hsts.mode() != HstsConfig.Mode.RAMP) {
            return null;
        }
        HstsRamp before = ramps.get(block.name());
        HstsRamp ramp = before != null && before.isKeptAs(hsts) ? before : new HstsRamp(block.name(), hsts, clock);
        ramps.put(block.name(), ramp);
        return ramp;
    }

    /** What is sent for {@code block}, at any time; null where nothing is. */
    public Supplier<@Nullable String> header(TlsConfig block) {
        HstsRamp ramp = of(block);
        String fixed = block.hsts() == null ? null : block.hsts().headerValue();
        return ramp == null ? () -> fixed : ramp::header;
    }

    /** Has each ramp follow what is in force, and judge an hour that is over. */
    public synchronized void look(Map<String, TlsConfig> inForce) {
        ramps.keySet().removeIf(name -> {
            TlsConfig block = inForce.get(name);
            return block == null || block.hsts() == null || block.hsts().mode() != HstsConfig.Mode.RAMP;
        });
        ramps.forEach((name, ramp) -> {
            ramp.follow(Objects.requireNonNull(
                    Objects.requireNonNull(inForce.get(name)).hsts()));
            ramp.look();
        });
    }

    /** Where each stands. */
    public synchronized List<HstsRamp.Told> told() {
        return ramps.values().stream().map(HstsRamp::told).toList();
    }

    /** Keeps each for the next start. */
    @Override
    public synchronized void close() {
        ramps.values().forEach(HstsRamp::keep);
    }
}
