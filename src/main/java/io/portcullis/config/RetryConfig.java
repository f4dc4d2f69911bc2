package io.portcullis.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a request is sent once more. Never once its body was begun, or anything of a response came; what was sent, only where its
 * method is idempotent.
 *
 * @param most tries after the first, 1 to 10; 0: none
 * @param connect where nothing reached the endpoint
 * @param closed where the endpoint closed the connection instead of answering
 * @param timeout where no answer came in {@code first-byte-timeout}
 * @param statuses answers that are as good as none, 500 to 599
 * @param budgetPercent tries after the first beside the requests of a second, 1 to 1000; those count that may have cost the endpoint
 *     something
 * @param budgetMin such tries that are always allowed in a second, 1 to 100000
 * @param hedge when another endpoint is asked as well, before the first has failed; null: never
 */
public record RetryConfig(
        int most,
        boolean connect,
        boolean closed,
        boolean timeout,
        List<Integer> statuses,
        int budgetPercent,
        int budgetMin,
        @Nullable HedgeConfig hedge) {}
