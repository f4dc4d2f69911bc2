package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who serves which name. A name may have one RSA and one ECDSA certificate; they then share a context, so that the client's signature
 * algorithms decide. Two of a kind are an operator's mistake: one could never be chosen.
 */
final class NameClaims {
    private final TlsConfig config;
    /** Canonical name to its certificates: RSA before EC. */
    private final Map<String, List<Credential>> byName = new LinkedHashMap<>();

    private final Set<List<Credential>> groups = new LinkedHashSet<>();
    private @Nullable List<Credential> fallback;
    private boolean refused;

    NameClaims(TlsConfig config) {
        this.config = config;
    }

    void add(List<Credential> credentials, Consumer<Problem> problems) {
        for (Credential credential : credentials) {
            credential.names().forEach(name -> claim(name, credential, problems));
        }
        groups.addAll(byName.values());
        // Only reached by the default or by clients that name nobody: a certificate without names.
        credentials.stream().filter(each -> each.names().isEmpty()).forEach(each -> groups.add(List.of(each)));
        chooseFallback(credentials, problems);
    }

    private void claim(String name, Credential credential, Consumer<Problem> problems) {
        List<Credential> before = byName.getOrDefault(name, List.of());
        for (Credential other : before) {
            if (other.keyType() == credential.keyType()) {
                refuse(
                        credential,
                        "two " + credential.keyType() + " certificates for " + name + ": "
                                + other.source().chain() + " and "
                                + credential.source().chain(),
                        "remove one, or give each its own names = [...]",
                        problems);
                return;
            }
        }
        List<Credential> together = new ArrayList<>(before);
        together.add(credential.keyType() == Credential.KeyType.RSA ? 0 : before.size(), credential);
        byName.put(name, List.copyOf(together));
    }

    private void chooseFallback(List<Credential> credentials, Consumer<Problem> problems) {
        List<Credential> marked =
                credentials.stream().filter(each -> each.source().isDefault()).toList();
        if (marked.isEmpty()) {
            return;
        }
        // An RSA and an ECDSA certificate for the same names are one choice: marking either, or both, means both.
        for (List<Credential> group : groups) {
            if (group.containsAll(marked) && (fallback == null || group.size() > fallback.size())) {
                fallback = group;
            }
        }
        if (fallback == null && marked.size() > 1) {
            refuse(
                    marked.get(1),
                    "more than one certificate is marked default",
                    "mark one; an RSA and an ECDSA certificate for the same names count as one",
                    problems);
        }
    }

    private void refuse(Credential culprit, String message, String remedy, Consumer<Problem> problems) {
        refused = true;
        problems.accept(
                Problem.error(culprit.source().where(), "tls." + config.name() + ".certificates", message, remedy));
    }

    boolean isRefused() {
        return refused;
    }

    /** The certificates of each context, RSA before EC. */
    List<List<Credential>> groups() {
        return List.copyOf(groups);
    }

    /** {@code targets} in the order of {@link #groups}. */
    CertificateIndex index(List<TlsTarget> targets) {
        Map<List<Credential>, TlsTarget> byGroup = new LinkedHashMap<>();
        int i = 0;
        for (List<Credential> group : groups) {
            byGroup.put(group, targets.get(i++));
        }
        Map<String, TlsTarget> names = new LinkedHashMap<>();
        byName.forEach((name, group) -> names.put(name, require(byGroup, group)));
        return new CertificateIndex(
                config.name(), targets, names, fallback == null ? null : require(byGroup, fallback));
    }

    private static TlsTarget require(Map<List<Credential>, TlsTarget> byGroup, List<Credential> group) {
        return Objects.requireNonNull(byGroup.get(group));
    }
}
