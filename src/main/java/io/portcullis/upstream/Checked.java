package io.portcullis.upstream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint's checks found.
 *
 * @param up whether it is asked, as far as they go
 * @param passed whether the last one passed
 * @param row checks in a row that ended like the last
 * @param reason what the last one met, in words
 * @param last when it ended; null before the first
 * @param next when another begins, about
 */
public record Checked(
        boolean up, boolean passed, int row, String reason, @Nullable Instant last, @Nullable Instant next) {
    static final Checked NEVER = new Checked(true, true, 0, "not checked yet", null, null);

    /** After one more; the first one decides at once. */
    Checked after(boolean nowPassed, String why, int rise, int fall, Instant at, Instant then) {
        int same = last != null && passed == nowPassed ? row + 1 : 1;
        boolean enough = last == null || same >= (nowPassed ? rise : fall);
        return new Checked(enough ? nowPassed : up, nowPassed, same, why, at, then);
    }
}
