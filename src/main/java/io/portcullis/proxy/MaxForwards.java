package io.portcullis.proxy;

import io.portcullis.http.RequestHead;
import java.util.List;

/** The count that OPTIONS may carry of the hops it is to go (RFC 9110 §7.6.2). TRACE, the other method with it, is refused anyway. */
final class MaxForwards {
    private static final String NAME = "max-forwards";
    private static final int MOST = 999_999_999;

    /** Where a request ends. */
    enum Step {
        /** It may go on; its count, if it has one, is one less now. */
        ONWARD,
        /** We are its last recipient. */
        HERE,
        MALFORMED
    }

    private MaxForwards() {}

    /** Counts this hop; once for a request, however often it is tried. */
    static Step step(RequestHead head) {
        if (!head.method().equals("OPTIONS") || !head.fields().contains(NAME)) {
            return Step.ONWARD;
        }
        List<String> values = head.fields().all(NAME);
        String text = values.getFirst();
        if (values.size() != 1 || text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Step.MALFORMED;
        }
        int hops = text.length() > 9 ? MOST : Integer.parseInt(text);
        if (hops == 0) {
            return Step.HERE;
        }
        head.fields().set(NAME, Integer.toString(hops - 1));
        return Step.ONWARD;
    }
}
