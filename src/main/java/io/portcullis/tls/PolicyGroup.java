package io.portcullis.tls;

import io.portcullis.config.TlsConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client must have agreed to and shown before it may ask for a name: one block's policy and demand for client certificates.
 *
 * <p>A connection that was made in one group serves requests of that group only (rule P05), and a session of one resumes in no other
 * (rule S01): else a client without a certificate could reach, by way of a name that asks for none, one that does.
 *
 * @param terms what the operator wrote
 * @param trust who may come in; null where clients are asked for no certificate
 * @param digest tells groups apart, also on other nodes and after reloads: 64 hex digits of the block's name, the policy's content and
 *     the authorities', not of files' names or lines
 */
record PolicyGroup(TlsConfig.Terms terms, @Nullable ClientTrust trust, String digest) {

    static PolicyGroup of(String block, TlsConfig.Terms terms, @Nullable ClientTrust trust) {
        TlsConfig.Policy policy = terms.policy();
        return new PolicyGroup(
                terms,
                trust,
                sha256(List.of(
                        block,
                        policy.name(),
                        policy.min(),
                        policy.max(),
                        String.join(",", policy.ciphers12()),
                        String.join(",", policy.groups()),
                        trust == null ? "" : trust.identity())));
    }

    /**
     * What the sessions of one certificate in this group are bound to: they do not resume for another's names (RFC 6066 §3). A renewed
     * certificate has the same names.
     */
    byte[] sessions(List<Credential> together) {
        String names = String.join(",", together.get(0).names());
        return HexFormat.of().parseHex(sha256(List.of(digest, names)));
    }

    boolean isSame(PolicyGroup other) {
        return digest.equals(other.digest);
    }

    boolean asksForCertificates() {
        return trust != null;
    }

    static String sha256(List<String> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
                digest.update((byte) ':');
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "PolicyGroup[" + terms.policy().name() + (trust == null ? "" : ", " + trust) + "]";
    }
}
