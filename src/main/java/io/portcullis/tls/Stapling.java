package io.portcullis.tls;

import io.portcullis.config.TlsConfig;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches OCSP answers for the certificates that name a responder, and keeps them, over reloads too. Safe for any thread.
 *
 * <p>No handshake waits for any of this: a context is made with the staples there are, and made again when they change
 * ({@link #look}). Only an answer that is good, in date, for this very certificate and signed by who may is ever stapled.
 */
public final class Stapling implements Staples, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stapling.class);
    /** Certificates asked about at once. */
    private static final int AT_ONCE = 16;

    /**
     * What is to tell of one certificate.
     *
     * @param responder who is asked; null where the certificate names nobody, or nobody that can be asked
     * @param mustStaple whether strict clients refuse the certificate without a staple (RFC 7633)
     * @param staple what is stapled now; null for nothing
     * @param next when the responder is asked again
     * @param lastFailure a sentence; null where the last answer was good
     * @param lastReason its word
     */
    public record Told(
            @Nullable String responder,
            boolean mustStaple,
            @Nullable Staple staple,
            @Nullable Instant next,
            @Nullable String lastFailure,
            @Nullable String lastReason) {}

    private final Clock clock;
    private final DoubleSupplier chance;
    private final Consumer<String> results;
    private final Map<String, Stapled> byLeaf = new ConcurrentHashMap<>();
    private final ExecutorService worker = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(AT_ONCE);
    /** By the leaf's SHA-256; what contexts were last told to serve. Never changed, but replaced. */
    private volatile Map<String, Staple> inService = Map.of();

    private @Nullable Responders responders;
    private @Nullable KnownRoots roots;

    /** @param results hears of each answer that was asked for: {@code good}, or a {@link StapleFault}'s reason */
    public Stapling(Clock clock, Consumer<String> results) {
        this(clock, () -> ThreadLocalRandom.current().nextDouble(), results);
    }

    /** @param chance from 0 to 1 */
    Stapling(Clock clock, DoubleSupplier chance, Consumer<String> results) {
        this.clock = clock;
        this.chance = chance;
        this.results = results;
    }

    @Override
    public void prepare(Credential credential, TlsConfig.Ocsp settings) {
        if (settings.stapling()) {
            known(credential, settings);
        }
    }

    @Override
    public @Nullable Staple of(Credential credential) {
        Stapled known = byLeaf.get(credential.fingerprint());
        return known == null ? null : known.staple(clock.instant());
    }

    /** Asks whoever is due, on threads of its own, and has every context serve the staples that there are. */
    public void look(Collection<CertificateIndex> served) {
        Instant at = clock.instant();
        Set<String> wanted = new HashSet<>();
        Map<String, Staple> fresh = new HashMap<>();
        for (CertificateIndex index : served) {
            for (Credential credential : index.ocsp().stapling() ? index.credentials() : List.<Credential>of()) {
                Stapled one = known(credential, index.ocsp());
                wanted.add(one.fingerprint());
                Staple staple = one.staple(at);
                if (staple != null) {
                    fresh.put(one.fingerprint(), staple);
                }
                if (!worker.isShutdown() && one.begin(at)) {
                    worker.execute(() -> ask(one));
                }
            }
        }
        served.forEach(index -> index.staple(credential -> fresh.get(credential.fingerprint())));
        byLeaf.keySet().retainAll(wanted);
        inService = fresh;
    }

    /** Whether an answer is being waited for. */
    boolean isAsking(Credential credential) {
        Stapled known = byLeaf.get(credential.fingerprint());
        return known != null && known.isAsking();
    }

    /** What is known of {@code credential}. */
    public Told told(Credential credential) {
        Stapled known = byLeaf.get(credential.fingerprint());
        boolean demanded = StapleQuestion.mustStaple(credential.leaf());
        if (known == null) {
            return new Told(null, demanded, null, null, null, null);
        }
        StapleQuestion question = known.question();
        Stapled.Failure failure = known.failure();
        return new Told(
                question == null ? null : question.responder().toString(),
                demanded,
                inService.get(credential.fingerprint()),
                known.next(),
                failure == null ? null : sentence(failure),
                failure == null ? null : failure.fault().reason());
    }

    /** Stops asking; what was stapled stays so. */
    @Override
    public void close() {
        worker.shutdownNow();
        synchronized (this) {
            if (responders != null) {
                responders.close();
            }
        }
    }

    private Stapled known(Credential credential, TlsConfig.Ocsp settings) {
        Stapled one = byLeaf.computeIfAbsent(credential.fingerprint(), key -> made(credential, settings));
        one.settings(settings);
        return one;
    }

    private Stapled made(Credential credential, TlsConfig.Ocsp settings) {
        Instant now = clock.instant();
        try {
            StapleQuestion question = StapleQuestion.namesResponder(credential.leaf())
                    ? StapleQuestion.about(credential.leaf(), issuer(credential))
                    : null;
            Stapled made = new Stapled(credential, question, null, settings, chance);
            Path folder = settings.cacheDir();
            Staple kept = folder == null || question == null
                    ? null
                    : StapleFiles.read(folder, credential.fingerprint(), question, now);
            if (kept != null) {
                made.took(kept, now);
            }
            return made;
        } catch (StapleRefused e) {
            Stapled.Failure failure = new Stapled.Failure(now, e.fault(), e.detail());
            LOG.warn("no OCSP staple for {}: {}", credential.source().chain(), sentence(failure));
            results.accept(e.fault().reason());
            return new Stapled(credential, null, failure, settings, chance);
        }
    }

    private @Nullable X509Certificate issuer(Credential credential) {
        if (credential.chain().size() > 1) {
            return credential.chain().get(1);
        }
        synchronized (this) {
            if (roots == null) {
                roots = KnownRoots.ofRuntime();
            }
            return roots.issuerOf(credential.leaf(), credential.source().chain());
        }
    }

    private void ask(Stapled one) {
        StapleQuestion question = one.question();
        if (question == null) {
            return;
        }
        TlsConfig.Ocsp settings = one.settings();
        Path folder = settings.cacheDir();
        try {
            places.acquire();
            try {
                byte[] answer = responders().ask(question, settings.timeout());
                Staple fresh = StapleCheck.of(answer, question, clock.instant());
                one.took(fresh, clock.instant());
                results.accept("good");
                LOG.debug("OCSP staple of {} until {}", question.responder(), fresh.nextUpdate());
                if (folder != null) {
                    StapleFiles.write(folder, one.fingerprint(), fresh);
                }
            } finally {
                places.release();
            }
        } catch (StapleRefused e) {
            failed(one, question, new Stapled.Failure(clock.instant(), e.fault(), e.detail()), folder);
        } catch (InterruptedException e) {
            one.gaveUp();
        } catch (RuntimeException e) {
            // Nobody else hears of it, and the next time must come.
            LOG.error("asking {} went wrong", question.responder(), e);
            failed(one, question, new Stapled.Failure(clock.instant(), StapleFault.UNREACHABLE, e.toString()), folder);
        }
    }

    private void failed(Stapled one, StapleQuestion question, Stapled.Failure why, @Nullable Path folder) {
        one.failed(why);
        if (why.fault().overrules() && folder != null) {
            StapleFiles.remove(folder, one.fingerprint());
        }
        results.accept(why.fault().reason());
        Staple rest = one.staple(clock.instant());
        LOG.warn(
                "no OCSP answer of {} for {}: {} ({}); {}",
                question.responder(),
                one.leaf().getSubjectX500Principal(),
                sentence(why),
                why.fault().reason(),
                rest == null ? "nothing is stapled" : "the one before is stapled until " + rest.nextUpdate());
    }

    private static String sentence(Stapled.Failure failure) {
        return failure.fault().sentence() + (failure.detail().isEmpty() ? "" : " (" + failure.detail() + ")");
    }

    private synchronized Responders responders() {
        if (responders == null) {
            responders = new Responders();
        }
        return responders;
    }
}
