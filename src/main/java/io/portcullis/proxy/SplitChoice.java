package io.portcullis.proxy;

import io.portcullis.config.RouteConfig;
import io.portcullis.http.Cookies;
import io.portcullis.http.RequestHead;
import io.portcullis.upstream.RequestKey;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which of the upstreams of a split takes a request. Safe for any thread.
 *
 * <p>Every client has a lot from 0 to 9999, by a hash of what it is told by or by a cookie, and each upstream the lots from where the one
 * before it ends. So who moves when weights change are only those whose lot changes hands: raising the last upstream from 5 to 10 of 100
 * leaves everybody there who was.
 */
public final class SplitChoice {
    private static final int LOTS = 10_000;

    private final RouteConfig.Split split;
    private final int[] ends;

    SplitChoice(RouteConfig.Split split) {
        this.split = split;
        this.ends = new int[split.shares().size()];
        long total =
                split.shares().stream().mapToLong(RouteConfig.Share::weight).sum();
        long sum = 0;
        for (int i = 0; i < ends.length; i++) {
            sum += split.shares().get(i).weight();
            ends[i] = (int) (sum * LOTS / total);
        }
    }

    /** A request's lot; negative where it has none yet. */
    int lot(RequestHead head, String client) {
        return switch (split.by()) {
            case CLIENT_ADDRESS -> hashed(client);
            // Without the field all requests are alike.
            case HEADER -> hashed(head.fields().first(split.name()));
            case COOKIE -> drawn(Cookies.all(head.fields(), split.name()));
        };
    }

    /** A new lot, by chance. */
    static int draw() {
        return ThreadLocalRandom.current().nextInt(LOTS);
    }

    /** The place in the list of who has this lot. */
    int place(int lot) {
        int place = 0;
        while (lot >= ends[place]) {
            place++;
        }
        return place;
    }

    /** The {@code Set-Cookie} that gives a browser its lot. */
    String cookie(int lot) {
        return split.name() + "=" + lot + "; Path=/; Secure; HttpOnly; SameSite=Lax";
    }

    private static int hashed(@Nullable String key) {
        return (int) Long.remainderUnsigned(RequestKey.hash(key), LOTS);
    }

    /** The first that can be ours: who else uses the name, for a longer path, must not have the client drawn anew each time. */
    private static int drawn(List<String> cookies) {
        for (String each : cookies) {
            int lot = drawn(each);
            if (lot >= 0) {
                return lot;
            }
        }
        return -1;
    }

    /** The number of a cookie that we gave; negative for anything else. */
    private static int drawn(String cookie) {
        if (cookie.isEmpty() || cookie.length() > 4) {
            return -1;
        }
        int lot = 0;
        for (int i = 0; i < cookie.length(); i++) {
            int digit = cookie.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            lot = lot * 10 + digit;
        }
        return lot;
    }
}
