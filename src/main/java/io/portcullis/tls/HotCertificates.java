package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that may change while they are served: what did not change is not read again, what did is checked and tried in a
 * handshake, and what is found bad is refused while the one before stays.
 *
 * <p>Kept over reloads. Blocks; safe for any thread.
 */
public final class HotCertificates implements CertificateSource {
    /** Larger than any chain; what is larger differs anyhow. */
    private static final int MOST_BYTES = 1 << 21;

    /** What a change came to. */
    public enum Change {
        TAKEN,
        REFUSED
    }

    /**
     * Why what was found was not taken.
     *
     * @param why one sentence for each mistake
     */
    public record Refusal(Instant at, List<String> why) {}

    /** What the files hold now. */
    public record OnDisk(@Nullable Credential credential, List<Problem> problems) {
        /** Whether it is what {@code memory} was made of. */
        public boolean isSame(Credential memory) {
            return credential != null && credential.isLike(memory);
        }
    }

    /** @param seen what the files held when they were last judged, good or bad */
    private record Kept(Credential credential, String seen, @Nullable Refusal refusal) {}

    private final FileCertificates files;
    private final Clock clock;
    private final Consumer<Change> changes;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    /** @param changes hears of each certificate that changed */
    public HotCertificates(Clock clock, Consumer<Change> changes) {
        this.files = new FileCertificates(clock);
        this.clock = clock;
        this.changes = changes;
    }

    @Override
    public @Nullable Credential load(TlsConfig.Certificate wanted, String keyPath, Consumer<Problem> problems) {
        String place = place(wanted);
        String seen = digest(wanted.chain()) + (wanted.key() == null ? "" : digest(wanted.key()));
        Kept before = kept.get(place);
        if (before == null) {
            Credential first = files.load(wanted, keyPath, problems);
            if (first != null) {
                kept.put(place, new Kept(first, seen, null));
            }
            return first;
        }
        if (before.seen().equals(seen)) {
            Refusal standing = before.refusal();
            if (standing != null) {
                problems.accept(refused(wanted, keyPath, standing));
            }
            return before.credential().servedFor(wanted);
        }
        return changed(wanted, keyPath, new Kept(before.credential(), seen, null), problems);
    }

    private Credential changed(TlsConfig.Certificate wanted, String keyPath, Kept before, Consumer<Problem> problems) {
        List<Problem> found = new ArrayList<>();
        Credential fresh = tried(files.load(wanted, keyPath, found::add), wanted, keyPath, found);
        List<String> errors = found.stream()
                .filter(Problem::isError)
                .map(problem -> problem.message() + "; " + problem.remedy())
                .toList();
        if (fresh != null && errors.isEmpty()) {
            found.forEach(problems);
            warnOfLostNames(before.credential(), fresh, keyPath, problems);
            kept.put(place(wanted), new Kept(fresh, before.seen(), null));
            changes.accept(Change.TAKEN);
            return fresh;
        }
        Refusal refusal = new Refusal(clock.instant(), errors);
        kept.put(place(wanted), new Kept(before.credential(), before.seen(), refusal));
        changes.accept(Change.REFUSED);
        problems.accept(refused(wanted, keyPath, refusal));
        return before.credential().servedFor(wanted);
    }

    private static @Nullable Credential tried(
            @Nullable Credential fresh, TlsConfig.Certificate wanted, String keyPath, List<Problem> found) {
        try {
            if (fresh != null && !fresh.isRemote()) {
                SelfTest.alone(fresh);
            }
            return fresh;
        } catch (SSLException | IllegalStateException e) {
            found.add(Problem.error(
                    wanted.where(),
                    keyPath + ".chain",
                    "no handshake comes about with " + wanted.chain() + ": " + e.getMessage(),
                    "use an RSA, ECDSA (P-256, P-384, P-521) or Ed25519 key"));
            return null;
        }
    }

    private static Problem refused(TlsConfig.Certificate wanted, String keyPath, Refusal refusal) {
        return Problem.warning(
                5,
                wanted.where(),
                keyPath + ".chain",
                "the changed certificate was refused, the one before stays: " + String.join(". ", refusal.why()),
                "mend it before the next start, which would fail");
    }

    private static void warnOfLostNames(
            Credential before, Credential fresh, String keyPath, Consumer<Problem> problems) {
        String lost = before.names().stream()
                .filter(name -> fresh.names().stream().noneMatch(other -> HostNames.covers(other, name)))
                .collect(Collectors.joining(", "));
        if (!lost.isEmpty()) {
            problems.accept(Problem.warning(
                    4,
                    fresh.source().where(),
                    keyPath + ".chain",
                    "the new certificate in " + fresh.source().chain() + " does not cover " + lost + " any more",
                    "have it issued again with these names, if they are still in use"));
        }
    }

    /** Forgets certificates, and their keys, that are none of {@code certificates}. */
    public void keepOnly(Collection<TlsConfig.Certificate> certificates) {
        Set<String> named = certificates.stream().map(HotCertificates::place).collect(Collectors.toSet());
        kept.keySet().retainAll(named);
    }

    /** Reads and judges the files of {@code memory} anew, for a report; changes nothing. */
    public OnDisk look(Credential memory) {
        List<Problem> problems = new ArrayList<>();
        Credential found = files.load(memory.source(), "", problems::add);
        return new OnDisk(found, List.copyOf(problems));
    }

    /** Why the files of {@code memory} were not taken when they last changed; null where they were. */
    public @Nullable Refusal lastRefusal(Credential memory) {
        Kept known = kept.get(place(memory.source()));
        return known == null ? null : known.refusal();
    }

    /** Another list of names is another certificate: it has to be judged by them. */
    private static String place(TlsConfig.Certificate wanted) {
        return wanted.chain() + "\n" + wanted.keyPlace() + "\n" + wanted.names();
    }

    private static String digest(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(in.readNBytes(MOST_BYTES));
            return HexFormat.of().formatHex(digest);
        } catch (IOException e) {
            return "unreadable";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
