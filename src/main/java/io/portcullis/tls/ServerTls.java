package io.portcullis.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.security.SignatureException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Turns one block under {@code tls} into a {@link CertificateIndex}. Blocks (files, handshakes in process): never on an event loop.
 */
public final class ServerTls {
    /** With it off, BoringSSL's binding would crash the process where a key is remote. */
    private static final String TASKS = "io.netty.handler.ssl.openssl.useTasks";

    private final CertificateSource source;
    private final Staples staples;
    private final RemoteKeys keys;
    private final Clock clock;

    /** Where no certificate's key is remote, or none is to be used. */
    public ServerTls(CertificateSource source, Staples staples, Clock clock) {
        this(
                source,
                staples,
                wanted -> ImmediateEventExecutor.INSTANCE.newFailedFuture(new SignatureException("nobody signs here")),
                clock);
    }

    /**
     * @param staples what is stapled
     * @param keys signs for certificates whose keys are remote
     */
    public ServerTls(CertificateSource source, Staples staples, RemoteKeys keys, Clock clock) {
        this.source = source;
        this.staples = staples;
        this.keys = keys;
        this.clock = clock;
    }

    /** What the first certificate would wait for, done ahead of it by threads that have nothing better to do; no step needs another. */
    public static List<Runnable> preparations() {
        return List.of(KnownRoots::ofRuntime, OpenSsl::isAvailable, FileCertificates::prepare);
    }

    /**
     * Loads, checks, builds and tries out every certificate of the block.
     *
     * @param before what serves the block now: contexts that would come out the same are kept; null where there is none
     * @return null where at least one problem is an error; the caller closes the index
     */
    public @Nullable CertificateIndex build(
            TlsConfig config, @Nullable CertificateIndex before, Consumer<Problem> problems) {
        TicketKeys tickets = new TicketFile(clock).keys(config, before == null ? null : before.tickets(), problems);
        return build(config, tickets, before, problems);
    }

    /** The same, with these ticket keys; null: none could be had. */
    @Nullable
    CertificateIndex build(
            TlsConfig config,
            @Nullable TicketKeys tickets,
            @Nullable CertificateIndex before,
            Consumer<Problem> problems) {
        List<Credential> credentials = new ArrayList<>();
        for (int i = 0; i < config.certificates().size(); i++) {
            TlsConfig.Certificate wanted = config.certificates().get(i);
            Credential loaded = source.load(wanted, keyPath(config, i), problems);
            if (loaded != null) {
                credentials.add(loaded);
                if (!loaded.isRemote()) {
                    staples.prepare(loaded, config.ocsp());
                }
                MustStaple.warn(config, loaded, staples.of(loaded), problems);
            }
        }
        boolean refused = refusesRemote(config, credentials, problems);
        HostTerms terms = HostTerms.read(config, clock, problems);
        if (tickets == null
                || terms == null
                || refused
                || credentials.size() < config.certificates().size()) {
            return null;
        }
        NameClaims claims = new NameClaims(config, terms, problems);
        claims.add(credentials);
        return claims.isRefused() ? null : built(config, claims, tickets, before, problems);
    }

    private static boolean refusesRemote(TlsConfig config, List<Credential> credentials, Consumer<Problem> problems) {
        for (Credential each : credentials) {
            if (each.isRemote()
                    && "false"
                            .equalsIgnoreCase(System.getProperty(TASKS, "true").strip())) {
                problems.accept(Problem.error(
                        each.source().where(),
                        "tls." + config.name() + ".certificates.signer",
                        "with -D" + TASKS + "=false the TLS library would crash this process at the first signature",
                        "remove that option from the command line"));
                return true;
            }
        }
        return false;
    }

    private static String keyPath(TlsConfig config, int index) {
        TlsConfig.Certificate wanted = config.certificates().get(index);
        String key = "tls." + config.name();
        return wanted.found() ? key + ".certificates-dir" : key + ".certificates[" + index + "]";
    }

    private @Nullable CertificateIndex built(
            TlsConfig config,
            NameClaims claims,
            TicketKeys tickets,
            @Nullable CertificateIndex before,
            Consumer<Problem> problems) {
        List<TlsTarget> targets = new ArrayList<>();
        boolean complete = false;
        try {
            for (NameClaims.Served each : claims.all()) {
                TlsTarget kept = before == null ? null : before.keep(each);
                targets.add(
                        kept != null ? kept : made(each, tickets, config.ocsp().stapling() ? staples : Staples.NONE));
            }
            complete = true;
        } catch (SSLException | IllegalStateException e) {
            problems.accept(Problem.error(
                    config.where(),
                    "tls." + config.name(),
                    "the TLS library refuses this block: " + e.getMessage(),
                    "check its policy and certificates"));
        } finally {
            if (!complete) {
                targets.forEach(TlsTarget::release);
            }
        }
        return complete ? claims.index(targets, tickets) : null;
    }

    private TlsTarget made(NameClaims.Served served, TicketKeys tickets, Staples stapled) throws SSLException {
        TlsTarget target = new TlsTarget(served, tickets, stapled, keys);
        if (served.together().stream().anyMatch(Credential::isRemote)) {
            // A handshake would need its signer, which may come up later than we.
            return target;
        }
        boolean works = false;
        try (SelfTest selfTest =
                new SelfTest(new TlsPolicy(served.group().terms().policy()))) {
            selfTest.run(target);
            works = true;
            return target;
        } finally {
            if (!works) {
                target.release();
            }
        }
    }
}
