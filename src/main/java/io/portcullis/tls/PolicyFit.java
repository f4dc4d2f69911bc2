package io.portcullis.tls;

import io.portcullis.config.TlsConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether a policy lets in who offers this, with certificates of these kinds; decided as BoringSSL does: first the newest version that
 * both have, then the rest within that version, and no way back to an older one (RFC 8446 §4.1.1).
 */
final class PolicyFit {
    private static final List<String> NO_POST_QUANTUM_IN_1_2 = List.of("X25519MLKEM768", "MLKEM1024");

    private final TlsConfig.Policy policy;
    private final ClientOffer offer;
    private final Set<KeyKind> keys;

    private PolicyFit(TlsConfig.Policy policy, ClientOffer offer, Set<KeyKind> keys) {
        this.policy = policy;
        this.offer = offer;
        this.keys = keys;
    }

    /** Why not, in words without a full stop; null where the client is let in. */
    static @Nullable String misfit(TlsConfig.Policy policy, ClientOffer offer, Set<KeyKind> keys) {
        return new PolicyFit(policy, offer, keys).misfit();
    }

    private @Nullable String misfit() {
        Set<String> versions = offer.versions();
        boolean speaks13 = versions.contains("TLS 1.3");
        boolean speaks12 = versions.contains("TLS 1.2");
        if (speaks13 && policy.max().equals("1.3")) {
            return in13();
        }
        if (speaks12 && policy.min().equals("1.2")) {
            boolean couldDoBetter = policy.max().equals("1.3") && offer.suites().contains("FALLBACK_SCSV");
            return couldDoBetter
                    ? "comes with TLS 1.2 after a first try with 1.3 failed: something on its way breaks newer handshakes"
                    : in12();
        }
        return speaks12 || speaks13
                ? "offers TLS " + (speaks13 ? "1.3" : "1.2") + " at most, the policy TLS "
                        + (policy.min().equals("1.3") ? "1.3 alone" : "1.2 alone")
                : "offers "
                        + (versions.isEmpty()
                                ? "no version known here"
                                : List.copyOf(versions).getLast() + " at most") + ", the policy TLS " + policy.min()
                        + " at least";
    }

    private @Nullable String in13() {
        if (ClientOffer.SUITES_13.stream().noneMatch(offer.suites()::contains)) {
            return "offers TLS 1.3 and none of its suites: " + String.join(", ", ClientOffer.SUITES_13);
        }
        if (Collections.disjoint(policy.groups(), offer.groups())) {
            return noGroup();
        }
        return keys.stream().noneMatch(each -> each.signs13(offer.schemes())) ? noSignature() : null;
    }

    private @Nullable String in12() {
        List<String> groups = new ArrayList<>(policy.groups());
        groups.removeAll(NO_POST_QUANTUM_IN_1_2);
        if (Collections.disjoint(groups, offer.groups())) {
            return noGroup();
        }
        List<String> suites =
                policy.ciphers12().stream().filter(offer.suites()::contains).toList();
        boolean signable = false;
        for (KeyKind key : keys) {
            boolean signs = key.signs12(offer.schemes(), offer.groups());
            signable |= signs;
            if (signs && suites.stream().anyMatch(key::fits)) {
                return null;
            }
        }
        return signable ? noSuite(suites) : noSignature();
    }

    private String noSuite(List<String> shared) {
        return shared.isEmpty()
                ? "has none of the policy's suites of TLS 1.2"
                : "has only suites of TLS 1.2 (" + String.join(", ", shared) + ") that fit no certificate here ("
                        + kinds() + ")";
    }

    private String noGroup() {
        return offer.groups().isEmpty()
                ? "offers no group of key exchange that can be had here"
                : "offers only the groups " + String.join(", ", offer.groups()) + ", the policy "
                        + String.join(", ", policy.groups());
    }

    private String noSignature() {
        return "cannot verify what the certificate's kind of key (" + kinds() + ") signs; it takes "
                + (offer.schemes().isEmpty() ? "nothing known" : String.join(", ", offer.schemes()))
                + ", and the groups "
                + String.join(", ", offer.groups());
    }

    private String kinds() {
        Set<String> names = new TreeSet<>();
        keys.forEach(each -> names.add(each.name().replace("P_", "ECDSA P-").replace("ED25519", "Ed25519")));
        return String.join(", ", names);
    }
}
