package io.portcullis.upstream;

import io.portcullis.config.StickyConfig;
import io.portcullis.http.Cookies;
import io.portcullis.http.Fields;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that keeps a browser at one endpoint. Safe for any thread.
 *
 * <p>Its value is a signature of upstream and endpoint (HMAC-SHA-256): it names no address, and nobody who was not given it can make
 * it. There is one for each endpoint, made ahead, so that a request costs a comparison.
 */
final class Sticky {
    private final StickyConfig config;
    private final List<Member> members;
    private final List<byte[]> values;

    Sticky(StickyConfig config, byte[] secret, String upstream, List<Member> members) {
        this.config = config;
        this.members = members;
        this.values = members.stream()
                .map(member -> value(secret, upstream, member.endpoint().name()))
                .toList();
    }

    /** The endpoint that a request's cookie stands for; null where it has none that we made. Others may set cookies of its name, too. */
    @Nullable
    Member member(Fields request) {
        for (String value : Cookies.all(request, config.cookie())) {
            byte[] shown = value.getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < members.size(); i++) {
                if (MessageDigest.isEqual(values.get(i), shown)) {
                    return members.get(i);
                }
            }
        }
        return null;
    }

    /** Gives the browser that sent {@code request} the cookie of {@code member}, where it has not got it. */
    void give(Fields request, Fields response, Member member) {
        Member shown = member(request);
        int place = place(member);
        if (place >= 0 && (shown == null || shown.endpoint() != member.endpoint())) {
            String value = new String(values.get(place), StandardCharsets.ISO_8859_1);
            response.add("set-cookie", config.cookie() + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Lax");
        }
    }

    /** A member that answers may have left since, or have another weight. */
    private int place(Member member) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).endpoint() == member.endpoint()) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] value(byte[] secret, String upstream, String endpoint) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] signature = mac.doFinal((upstream + "\0" + endpoint).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encode(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256: not there (expected: in every JDK)", e);
        }
    }
}
