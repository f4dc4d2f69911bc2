package io.portcullis.admin;

import io.portcullis.http.Exchange;
import io.portcullis.http.RequestHead;
import io.portcullis.http.WholeAnswer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What may be done by those who have the token: {@code Authorization: Bearer TOKEN} (RFC 6750 §2.1). Reading asks for none.
 *
 * @param byPath by the first segment of the path
 * @param token the one that is good now; null where there is none, so that nothing can be done; blocks
 */
public record Actions(Map<String, Action> byPath, Supplier<@Nullable String> token) {
    private static final String SCHEME = "bearer ";

    /** Whether {@code segment} is one where something can be done. */
    boolean knows(String segment) {
        return byPath.containsKey(segment);
    }

    /** Does it on {@code worker}, or says why not. */
    void act(Exchange exchange, String segment, String rest, Executor worker) {
        Action action = byPath.get(segment);
        RequestHead head = exchange.head();
        String shown = head.fields().first("authorization");
        String query = head.target().query();
        WholeAnswer.later(exchange, worker, () -> {
            String good = token.get();
            if (action == null || good == null) {
                return answer(Page.Answer.text(
                        403,
                        "403 Forbidden\nNothing can be done here without a token: write admin.token-file = \"admin.token\" and a"
                                + " random secret into that file, restart, and send Authorization: Bearer SECRET.\n"));
            }
            if (!isGood(shown, good)) {
                return answer(Page.Answer.text(
                                401, "401 Unauthorized\nSend Authorization: Bearer and what admin.token-file holds.\n"))
                        .with("WWW-Authenticate", "Bearer realm=\"portcullis admin\"");
            }
            return answer(action.act(decoded(rest), Queries.read(query)));
        });
    }

    private static boolean isGood(@Nullable String shown, String good) {
        boolean named = shown != null && shown.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String sent = named && shown != null ? shown.substring(SCHEME.length()).strip() : "";
        return MessageDigest.isEqual(
                sent.getBytes(StandardCharsets.ISO_8859_1), good.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static WholeAnswer answer(Page.Answer said) {
        return WholeAnswer.of(said.status(), said.contentType(), said.text())
                .with("Cache-Control", "no-store")
                .with("X-Content-Type-Options", "nosniff");
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
