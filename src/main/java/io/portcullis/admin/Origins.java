package io.portcullis.admin;

import io.portcullis.http.Authority;
import io.portcullis.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** What a browser says of the page that made it ask (rule L09). */
final class Origins {
    private Origins() {}

    /** Whether another site made it ask (Fetch Metadata §2, RFC 6454 §7). */
    static boolean isForeign(RequestHead head) {
        String site = head.fields().first("sec-fetch-site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return true;
        }
        @Nullable String origin = head.fields().first("origin");
        return origin != null && !origin.equals("http://" + head.authority().text());
    }

    /** Whether a person followed a link to it: the one thing that another site may do. */
    static boolean isVisit(RequestHead head) {
        return head.method().equals("GET")
                && "navigate".equals(head.fields().first("sec-fetch-mode"))
                && "document".equals(head.fields().first("sec-fetch-dest"))
                && head.fields().first("origin") == null;
    }

    /** Whether {@code authority} is no name that somebody's DNS could have led here. */
    static boolean isLocal(Authority authority) {
        return authority.isAddress()
                || authority.host().equals("localhost")
                || authority.host().isEmpty();
    }
}
