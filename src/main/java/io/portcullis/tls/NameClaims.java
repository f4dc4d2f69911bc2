package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who serves which name, and on what terms.
 *
 * <p>A name may have one certificate of each kind of key; they then share a context, so that the client's signature algorithms decide.
 * Two of a kind that the operator named are a mistake: one could never be chosen. Of two that were found in a folder, or of a named and a
 * found one, the named goes first, then the one that is valid longer, then the first by file name.
 */
final class NameClaims {
    /** What one context is for. */
    record Served(List<Credential> together, PolicyGroup group) {}

    /** The order of a name's certificates: the last kind is tried last, by clients that verify it. */
    private static final Comparator<Credential> KINDS = Comparator.comparing(Credential::keyType);

    private final TlsConfig config;
    private final HostTerms terms;
    private final Consumer<Problem> problems;
    /** Canonical name to its certificates, one of a kind. */
    private final Map<String, List<Credential>> byName = new LinkedHashMap<>();

    private final Map<String, Served> served = new LinkedHashMap<>();
    private final Set<Served> all = new LinkedHashSet<>();
    private @Nullable Served fallback;
    private boolean refused;

    NameClaims(TlsConfig config, HostTerms terms, Consumer<Problem> problems) {
        this.config = config;
        this.terms = terms;
        this.problems = problems;
    }

    void add(List<Credential> credentials) {
        for (Credential credential : credentials) {
            credential.names().forEach(name -> claim(name, credential));
        }
        byName.forEach((name, together) -> served.put(name, new Served(together, terms.of(name))));
        for (TlsConfig.Host host : config.hosts()) {
            host.names().stream().map(HostNames::canonical).forEach(name -> ownTerms(name, host));
        }
        all.addAll(served.values());
        // Only reached by the default or by clients that name nobody: a certificate without names.
        credentials.stream().filter(each -> each.names().isEmpty()).forEach(each -> all.add(alone(each)));
        chooseFallback(credentials);
    }

    private Served alone(Credential credential) {
        return new Served(List.of(credential), terms.ofBlock());
    }

    private void claim(String name, Credential credential) {
        List<Credential> together = new ArrayList<>(byName.getOrDefault(name, List.of()));
        if (together.contains(credential)) {
            return;
        }
        for (Credential other : List.copyOf(together)) {
            if (other.isRemote() && credential.isRemote() && other.keyType() != credential.keyType()) {
                refuse(
                        credential.source(),
                        "certificates",
                        "two certificates for " + name + " whose keys are with a signer: "
                                + other.source().chain() + " and "
                                + credential.source().chain(),
                        "the TLS library can ask for one of them only: give the other its key, or another name");
                return;
            }
            if (other.keyType() != credential.keyType()) {
                continue;
            }
            boolean bothNamed = !other.source().found() && !credential.source().found();
            String both = "two " + credential.keyType() + " certificates for " + name + ": "
                    + other.source().chain() + " and " + credential.source().chain();
            if (bothNamed) {
                refuse(credential.source(), "certificates", both, "remove one, or give each its own names = [...]");
                return;
            }
            boolean firstWins = winsOver(other, credential);
            warnOfRival(both, firstWins ? other : credential);
            if (firstWins) {
                return;
            }
            together.remove(other);
        }
        together.add(credential);
        together.sort(KINDS);
        byName.put(name, List.copyOf(together));
    }

    private static boolean winsOver(Credential other, Credential later) {
        if (other.source().found() != later.source().found()) {
            return !other.source().found();
        }
        return !later.expires().isAfter(other.expires());
    }

    private void warnOfRival(String both, Credential winner) {
        problems.accept(Problem.warning(
                1,
                winner.source().where(),
                "tls." + config.name() + ".certificates-dir",
                both + "; the first that is named, then the one valid longer is served: "
                        + winner.source().chain(),
                "remove the other from the folder"));
    }

    /** A name with terms of its own may be covered by a wildcard; it then gets that certificate on these terms. */
    private void ownTerms(String name, TlsConfig.Host host) {
        List<Credential> together = byName.get(name);
        String wildcard = HostNames.wildcardOf(name);
        if (together == null && wildcard != null) {
            together = byName.get(wildcard);
        }
        boolean reaches = together != null
                || name.startsWith("*.") && byName.keySet().stream().anyMatch(known -> HostNames.covers(name, known));
        if (!reaches) {
            refused = true;
            problems.accept(Problem.error(
                    host.where(),
                    "tls." + config.name() + ".hosts",
                    "no certificate of this block covers " + name,
                    "add one, or correct the name"));
        } else if (together != null) {
            served.put(name, new Served(together, terms.of(name)));
        }
    }

    private void chooseFallback(List<Credential> credentials) {
        List<Credential> marked =
                credentials.stream().filter(each -> each.source().isDefault()).toList();
        if (marked.isEmpty()) {
            return;
        }
        // Certificates of several kinds for the same names are one choice: marking one, or all, means all.
        List<Credential> chosen = null;
        for (Served each : all) {
            if (each.together().containsAll(marked)
                    && (chosen == null || each.together().size() > chosen.size())) {
                chosen = each.together();
            }
        }
        if (chosen == null && marked.size() > 1) {
            refuse(
                    marked.get(marked.size() - 1).source(),
                    "certificates",
                    "more than one certificate is marked default",
                    "mark one; certificates of several kinds for the same names count as one");
        } else if (chosen != null) {
            fallback = new Served(chosen, terms.ofBlock());
            all.add(fallback);
        }
    }

    private void refuse(TlsConfig.Certificate culprit, String key, String message, String remedy) {
        refused = true;
        problems.accept(Problem.error(culprit.where(), "tls." + config.name() + "." + key, message, remedy));
    }

    boolean isRefused() {
        return refused;
    }

    /** One for each context. */
    List<Served> all() {
        return List.copyOf(all);
    }

    /** {@code targets} in the order of {@link #all}. */
    CertificateIndex index(List<TlsTarget> targets, TicketKeys tickets) {
        Map<Served, TlsTarget> made = new LinkedHashMap<>();
        int i = 0;
        for (Served each : all) {
            made.put(each, targets.get(i++));
        }
        Map<String, TlsTarget> names = new LinkedHashMap<>();
        served.forEach((name, each) -> names.put(name, Objects.requireNonNull(made.get(each))));
        TlsTarget standard = fallback == null ? null : Objects.requireNonNull(made.get(fallback));
        return new CertificateIndex(config, targets, names, standard, tickets);
    }
}
