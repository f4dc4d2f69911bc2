package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.util.List;

/**
 * The secrets that seal the session tickets of one block under {@code tls}.
 *
 * <p>The caller keeps one for each block name across reloads, so that clients resume after a reload. New tickets are sealed with the
 * first key, those of the second are still opened. Nothing else limits the life of a TLS 1.3 ticket (BoringSSL ignores the session
 * timeout there), so {@link #rotate} is called every few hours, then {@link CertificateIndex#renewTicketKeys}. RFC 8446 §4.6.1 allows
 * seven days at most. Kept in memory only.
 *
 * <p>Safe for any thread.
 */
public final class TicketKeys {
    private final SecureRandom random = new SecureRandom();
    private volatile List<OpenSslSessionTicketKey> keys = List.of(fresh());

    /** Newest first; one or two. */
    OpenSslSessionTicketKey[] current() {
        return keys.toArray(OpenSslSessionTicketKey[]::new);
    }

    /** Puts a new key first and forgets the one before the last. */
    public synchronized void rotate() {
        keys = List.of(fresh(), keys.get(0));
    }

    private OpenSslSessionTicketKey fresh() {
        return new OpenSslSessionTicketKey(
                bytes(OpenSslSessionTicketKey.NAME_SIZE),
                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] bytes(int size) {
        byte[] secret = new byte[size];
        random.nextBytes(secret);
        return secret;
    }

    @Override
    public String toString() {
        return "TicketKeys[" + keys.size() + "]";
    }
}
