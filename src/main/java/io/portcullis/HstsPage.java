package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.config.HstsConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.tls.HstsRamp;
import io.portcullis.tls.HstsRamps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** {@code GET /tls/hsts}: what each block says of HSTS now, and where its ramp stands. */
final class HstsPage {
    private HstsPage() {}

    /** One JSON object. */
    static String json(Collection<TlsConfig> blocks, HstsRamps ramps) {
        List<HstsRamp.Told> told = ramps.told();
        List<Json> rows = new ArrayList<>();
        for (TlsConfig block : blocks) {
            HstsConfig hsts = block.hsts();
            if (hsts != null) {
                Json row = new Json()
                        .put("tls", block.name())
                        .put("mode", hsts.mode().name().toLowerCase(Locale.ROOT))
                        .put("header", ramps.header(block).get());
                told.stream().filter(each -> each.block().equals(block.name())).forEach(each -> put(row, each));
                rows.add(row);
            }
        }
        return new Json().list("hsts", rows) + "\n";
    }

    private static void put(Json row, HstsRamp.Told told) {
        row.put("step", told.step())
                .put("since", told.since().toString())
                .put("next", told.next() == null ? null : told.next().toString())
                .put("goodDays", told.goodDays())
                .put("neededDays", told.neededDays())
                .put("cause", told.cause().isEmpty() ? null : told.cause())
                .texts("withoutSubdomains", told.withoutSubdomains())
                .put("file", told.file());
    }
}
