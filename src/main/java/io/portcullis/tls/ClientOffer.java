package io.portcullis.tls;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Of a ClientHello all that decides whether some policy here would let the client in: which of the versions, suites, groups and signature
 * algorithms that can be had at all it offers, and what kind of client it looks like; so that millions of handshakes
 * come to few different ones, whatever else a client writes into its first message.
 *
 * @param bits one for each name of the vocabulary below, in its order
 */
record ClientOffer(long bits, ClientFamily family) {
    /** A name on the wire and the one people know. */
    record Word(int number, String name) {}

    static final List<Word> VERSIONS = List.of(
            new Word(0x0300, "SSL 3.0"),
            new Word(0x0301, "TLS 1.0"),
            new Word(0x0302, "TLS 1.1"),
            new Word(0x0303, "TLS 1.2"),
            new Word(0x0304, "TLS 1.3"));
    static final List<Word> SUITES = List.of(
            new Word(0x1301, "TLS_AES_128_GCM_SHA256"),
            new Word(0x1302, "TLS_AES_256_GCM_SHA384"),
            new Word(0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
            new Word(0xc02b, "ECDHE-ECDSA-AES128-GCM-SHA256"),
            new Word(0xc02f, "ECDHE-RSA-AES128-GCM-SHA256"),
            new Word(0xc02c, "ECDHE-ECDSA-AES256-GCM-SHA384"),
            new Word(0xc030, "ECDHE-RSA-AES256-GCM-SHA384"),
            new Word(0xcca9, "ECDHE-ECDSA-CHACHA20-POLY1305"),
            new Word(0xcca8, "ECDHE-RSA-CHACHA20-POLY1305"),
            // No suite, but the client's word that it would have liked a newer version (RFC 7507).
            new Word(0x5600, "FALLBACK_SCSV"));
    static final List<String> SUITES_13 =
            SUITES.subList(0, 3).stream().map(Word::name).toList();
    static final List<Word> GROUPS = List.of(
            new Word(0x11ec, "X25519MLKEM768"),
            new Word(0x0202, "MLKEM1024"),
            new Word(0x001d, "X25519"),
            new Word(0x0017, "P-256"),
            new Word(0x0018, "P-384"),
            new Word(0x0019, "P-521"));
    static final List<Word> SCHEMES = List.of(
            new Word(0x0401, "rsa_pkcs1_sha256"),
            new Word(0x0501, "rsa_pkcs1_sha384"),
            new Word(0x0601, "rsa_pkcs1_sha512"),
            new Word(0x0403, "ecdsa_secp256r1_sha256"),
            new Word(0x0503, "ecdsa_secp384r1_sha384"),
            new Word(0x0603, "ecdsa_secp521r1_sha512"),
            new Word(0x0804, "rsa_pss_rsae_sha256"),
            new Word(0x0805, "rsa_pss_rsae_sha384"),
            new Word(0x0806, "rsa_pss_rsae_sha512"),
            new Word(0x0807, "ed25519"),
            new Word(0x0201, "rsa_pkcs1_sha1"),
            new Word(0x0203, "ecdsa_sha1"));

    private static final int SUITES_AT = VERSIONS.size();
    private static final int GROUPS_AT = SUITES_AT + SUITES.size();
    private static final int SCHEMES_AT = GROUPS_AT + GROUPS.size();
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int SIGNATURE_ALGORITHMS = 13;

    private static final Map<Integer, Integer> VERSION_PLACES = places(VERSIONS);
    private static final Map<Integer, Integer> SUITE_PLACES = places(SUITES);
    private static final Map<Integer, Integer> GROUP_PLACES = places(GROUPS);
    private static final Map<Integer, Integer> SCHEME_PLACES = places(SCHEMES);

    static ClientOffer of(ClientHello hello) {
        long bits = versions(hello)
                | told(SUITE_PLACES, hello.suites()) << SUITES_AT
                | told(GROUP_PLACES, hello.groups()) << GROUPS_AT
                | told(SCHEME_PLACES, schemes(hello)) << SCHEMES_AT;
        return new ClientOffer(bits, ClientFamily.of(hello));
    }

    /** Before TLS 1.3 a client named its newest version, and meant every older one too (RFC 5246 §E.1); never 1.3 (RFC 8446 §4.2.1). */
    private static long versions(ClientHello hello) {
        if (hello.extensions().contains(SUPPORTED_VERSIONS)) {
            return told(VERSION_PLACES, hello.versions());
        }
        int newest = Math.min(hello.highestVersion(), ClientHello.TLS_1_2);
        return told(
                VERSION_PLACES,
                VERSIONS.stream()
                        .map(Word::number)
                        .filter(each -> each <= newest)
                        .toList());
    }

    /** Who says nothing of signatures takes those with SHA-1 (RFC 5246 §7.4.1.4.1). */
    private static List<Integer> schemes(ClientHello hello) {
        return hello.extensions().contains(SIGNATURE_ALGORITHMS) ? hello.signatureSchemes() : List.of(0x0201, 0x0203);
    }

    /** One look for each number sent: a client decides how many there are. */
    private static long told(Map<Integer, Integer> places, List<Integer> numbers) {
        long bits = 0;
        for (Integer each : numbers) {
            Integer place = places.get(each);
            bits |= place == null ? 0 : 1L << place;
        }
        return bits;
    }

    private static Map<Integer, Integer> places(List<Word> vocabulary) {
        Map<Integer, Integer> places = new HashMap<>();
        for (int i = 0; i < vocabulary.size(); i++) {
            places.put(vocabulary.get(i).number(), i);
        }
        return Map.copyOf(places);
    }

    Set<String> versions() {
        return names(VERSIONS, 0);
    }

    Set<String> suites() {
        return names(SUITES, SUITES_AT);
    }

    Set<String> groups() {
        return names(GROUPS, GROUPS_AT);
    }

    Set<String> schemes() {
        return names(SCHEMES, SCHEMES_AT);
    }

    private Set<String> names(List<Word> vocabulary, int at) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < vocabulary.size(); i++) {
            if ((bits >>> at + i & 1) == 1) {
                names.add(vocabulary.get(i).name());
            }
        }
        return names;
    }
}
