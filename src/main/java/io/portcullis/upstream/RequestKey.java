package io.portcullis.upstream;

import io.portcullis.config.BalanceConfig;
import io.portcullis.http.Cookies;
import io.portcullis.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** The number that stands for what a request is to be told apart by: the same on every node and after every restart. */
public final class RequestKey {
    private RequestKey() {}

    /** {@link Balancer#NO_KEY} where the policy needs none, or the request does not have it. */
    static long of(BalanceConfig config, RequestHead head, String client) {
        if (config.policy() != BalanceConfig.Policy.HASH) {
            return Balancer.NO_KEY;
        }
        String text =
                switch (config.hashBy()) {
                    case CLIENT_ADDRESS -> client;
                    case PATH -> head.path();
                    case HEADER -> head.fields().first(config.hashName());
                    case COOKIE -> Cookies.value(head.fields(), config.hashName());
                };
        return text == null || text.isEmpty() ? Balancer.NO_KEY : hash(text);
    }

    /** The number of a text; never {@link Balancer#NO_KEY}. */
    public static long hash(@Nullable String text) {
        long hash = 0xcbf2_9ce4_8422_2325L;
        for (int i = 0; text != null && i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100_0000_01b3L;
        }
        long mixed = mixed(hash);
        return mixed == Balancer.NO_KEY ? 1 : mixed;
    }

    /** Spreads every bit over all others (the last step of MurmurHash3). */
    static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51_afd7_ed55_8ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ce_b9fe_1a85_ec53L;
        return mixed ^ mixed >>> 33;
    }
}
