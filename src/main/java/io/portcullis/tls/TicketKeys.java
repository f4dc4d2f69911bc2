package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.portcullis.config.TlsConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The secrets that seal the session tickets of one block under {@code tls}.
 *
 * <p>Time is cut into epochs of {@code tickets.rotate}, counted from 1970, so that nodes agree on them. New tickets are sealed with the
 * key of the present epoch; those of the epoch before are still opened. Nothing else limits the life of a TLS 1.3 ticket (BoringSSL
 * ignores the session timeout there); RFC 8446 §4.6.1 allows seven days at most, two epochs are six at most.
 *
 * <p>A key is HKDF-SHA256 (RFC 5869) of a root secret, the epoch and the policy group, so that a ticket of one group is noise to
 * another. The root is what nodes share, or else made at random for each epoch and forgotten after the next. Kept in memory only; the
 * caller keeps one of these for each block across reloads, so that clients resume after a reload.
 *
 * <p>Safe for any thread.
 */
public final class TicketKeys {
    private static final int NAME = OpenSslSessionTicketKey.NAME_SIZE;
    private static final int HMAC = OpenSslSessionTicketKey.HMAC_KEY_SIZE;
    private static final int AES = OpenSslSessionTicketKey.AES_KEY_SIZE;
    private static final int ROOT_BYTES = 32;
    private static final byte[] SALT = "portcullis session tickets 1".getBytes(StandardCharsets.US_ASCII);

    private final TlsConfig.Tickets settings;
    private final List<byte[]> shared;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<Long, byte[]> own = new TreeMap<>();

    private TicketKeys(TlsConfig.Tickets settings, List<byte[]> shared, Clock clock) {
        this.settings = settings;
        this.shared = shared;
        this.clock = clock;
    }

    /** Keys of this process alone. */
    public static TicketKeys own(Duration rotate, Clock clock) {
        return new TicketKeys(new TlsConfig.Tickets(rotate, null), List.of(), clock);
    }

    /** Keys that every node derives alike. The first secret seals; the others open only. */
    static TicketKeys shared(TlsConfig.Tickets settings, List<byte[]> secrets, Clock clock) {
        return new TicketKeys(settings, List.copyOf(secrets), clock);
    }

    /** Whether these are the keys that {@code other} would be, but for what is made at random. */
    boolean isLike(TicketKeys other) {
        return settings.rotate().equals(other.settings.rotate())
                && Arrays.deepEquals(shared.toArray(), other.shared.toArray());
    }

    /** Whether other nodes can have them. */
    public boolean isShared() {
        return !shared.isEmpty();
    }

    /** Changes whenever {@link #of} would give other keys. */
    long epoch() {
        return Math.floorDiv(clock.millis(), settings.rotate().toMillis());
    }

    /** The longest that a ticket is of use, from its making. */
    Duration longestLife() {
        return settings.rotate().multipliedBy(2);
    }

    /** The key that seals first, then those that only open; {@code group} is the policy group they are for. */
    synchronized OpenSslSessionTicketKey[] of(byte[] group) {
        long epoch = epoch();
        List<OpenSslSessionTicketKey> keys = new ArrayList<>();
        if (shared.isEmpty()) {
            own.keySet().removeIf(old -> old < epoch - 1 || old > epoch);
            own.computeIfAbsent(epoch, e -> fresh());
            keys.add(key(own.getOrDefault(epoch, fresh()), epoch, group));
            byte[] before = own.get(epoch - 1);
            if (before != null) {
                keys.add(key(before, epoch - 1, group));
            }
        }
        for (byte[] secret : shared) {
            keys.add(key(secret, epoch, group));
            keys.add(key(secret, epoch - 1, group));
            // Of a node whose clock is ahead.
            keys.add(key(secret, epoch + 1, group));
        }
        return keys.toArray(OpenSslSessionTicketKey[]::new);
    }

    private static OpenSslSessionTicketKey key(byte[] root, long epoch, byte[] group) {
        byte[] info = (epoch + "\n" + java.util.HexFormat.of().formatHex(group)).getBytes(StandardCharsets.US_ASCII);
        try {
            byte[] bytes = KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(root)
                            .addSalt(SALT)
                            .thenExpand(info, NAME + HMAC + AES));
            return new OpenSslSessionTicketKey(
                    Arrays.copyOfRange(bytes, 0, NAME),
                    Arrays.copyOfRange(bytes, NAME, NAME + HMAC),
                    Arrays.copyOfRange(bytes, NAME + HMAC, bytes.length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] fresh() {
        byte[] secret = new byte[ROOT_BYTES];
        random.nextBytes(secret);
        return secret;
    }

    @Override
    public String toString() {
        return "TicketKeys[" + settings.rotate() + (isShared() ? ", shared]" : "]");
    }
}
