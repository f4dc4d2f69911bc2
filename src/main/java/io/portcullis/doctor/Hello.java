package io.portcullis.doctor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * A ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2) that is never followed by anything: what the server makes of it is all that is
 * wanted. Its key shares are empty, so that a TLS 1.3 server names the group it wants.
 *
 * @param versions offered, for example {@code 0x0303} for TLS 1.2
 * @param suites offered
 * @param groups offered
 * @param alpn offered; empty: none
 */
record Hello(List<Integer> versions, List<Integer> suites, List<Integer> groups, List<String> alpn) {
    static final int TLS10 = 0x0301;
    static final int TLS12 = 0x0303;
    static final int TLS13 = 0x0304;

    /** As browsers of today offer them. */
    static final List<Integer> USUAL_VERSIONS = List.of(TLS13, TLS12);

    static final List<Integer> ALL_VERSIONS = List.of(TLS13, TLS12, 0x0302, TLS10);
    static final List<Integer> USUAL_GROUPS = List.of(0x11ec, 0x1d, 0x17, 0x18);
    static final List<Integer> ALL_GROUPS = List.of(
            0x11ec, 0x1d, 0x17, 0x18, 0x19, 0x1e, 0x100, 0x101, 0x102, 0x103, 0x104, 0x11eb, 0x11ed, 0x200, 0x201,
            0x202, 0x15, 0x16, 0x13, 0x0e);
    static final List<Integer> USUAL_SUITES = List.of(
            0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0xc009, 0xc00a,
            0x9c, 0x9d, 0x2f, 0x35);
    /** Those of the usual ones whose key exchange is ephemeral. */
    static final List<Integer> FORWARD_SUITES = USUAL_SUITES.subList(0, 13);

    /** The usual ones, and what servers of other times speak: DHE, CBC with SHA-2, CCM, Camellia, ARIA, SEED, IDEA, 3DES, RC4, NULL, anonymous. */
    static final List<Integer> ALL_SUITES = List.of(
            0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014,
            0xc009, 0xc00a, 0x9c, 0x9d, 0x2f, 0x35, 0x9e, 0x9f, 0x33, 0x39, 0x67, 0x6b, 0xccaa, 0xc023, 0xc024, 0xc027,
            0xc028, 0x3c, 0x3d, 0xc09c, 0xc09d, 0xc09e, 0xc09f, 0xc0ac, 0xc0ad, 0x41, 0x84, 0x45, 0x88, 0xc060, 0xc061,
            0x0a, 0xc008, 0xc012, 0x16, 0x05, 0x04, 0xc007, 0xc011, 0x01, 0x02, 0x3b, 0xc006, 0xc010, 0x34, 0x3a, 0xa6,
            0xa7, 0xc018, 0xc019, 0xc072, 0xc073, 0xc076, 0xc077, 0xba, 0xc0, 0xbe, 0xc4, 0xc05c, 0xc05d, 0xc052,
            0xc053, 0xc050, 0xc051, 0xc0a0, 0xc0a1, 0xc0a2, 0xc0a3, 0xc0ae, 0xc0af, 0x96, 0x9a, 0x07);

    private static final List<Integer> SIGNATURES = List.of(
            0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0603, 0x0806, 0x0601, 0x0807, 0x0808, 0x0203, 0x0201);

    /** What a browser would offer. */
    static Hello usual() {
        return new Hello(USUAL_VERSIONS, USUAL_SUITES, USUAL_GROUPS, List.of("h2", "http/1.1"));
    }

    /** Everything that a server could want. */
    static Hello all() {
        return new Hello(ALL_VERSIONS, ALL_SUITES, ALL_GROUPS, List.of());
    }

    Hello withGroups(List<Integer> other) {
        return new Hello(versions, suites, other, alpn);
    }

    Hello withSuites(List<Integer> other) {
        return new Hello(versions, other, groups, alpn);
    }

    Hello withVersions(List<Integer> other) {
        return new Hello(other, suites, groups, alpn);
    }

    Hello withoutAlpn() {
        return new Hello(versions, suites, groups, List.of());
    }

    /**
     * One record (RFC 8446 §5.1).
     *
     * @param name for SNI; empty: none
     */
    byte[] record(String name) {
        boolean tls13 = versions.contains(TLS13);
        int legacy = versions.contains(TLS12) || tls13 ? TLS12 : versions.getFirst();
        byte[] random = new byte[64];
        new SecureRandom().nextBytes(random);
        Bytes body = new Bytes().u16(legacy).raw(Arrays.copyOf(random, 32));
        body.u8(32).raw(Arrays.copyOfRange(random, 32, 64));
        body.block16(new Bytes().each(suites).u16(0x00ff));
        body.u8(1).u8(0);
        body.block16(extensions(name, tls13));
        Bytes handshake = new Bytes().u8(1).u8(0).block16(body);
        return new Bytes().u8(0x16).u16(TLS10).block16(handshake).bytes();
    }

    private Bytes extensions(String name, boolean tls13) {
        Bytes all = new Bytes();
        if (!name.isEmpty()) {
            Bytes host = new Bytes().u8(0).block16(new Bytes().raw(name.getBytes(StandardCharsets.US_ASCII)));
            all.u16(0).block16(new Bytes().block16(host));
        }
        all.u16(10).block16(new Bytes().block16(new Bytes().each(groups)));
        all.u16(11).block16(new Bytes().u8(1).u8(0));
        if (versions.contains(TLS12) || tls13) {
            all.u16(13).block16(new Bytes().block16(new Bytes().each(SIGNATURES)));
        }
        if (!alpn.isEmpty()) {
            Bytes names = new Bytes();
            alpn.forEach(each -> names.u8(each.length()).raw(each.getBytes(StandardCharsets.US_ASCII)));
            all.u16(16).block16(new Bytes().block16(names));
        }
        if (tls13) {
            all.u16(43).block16(new Bytes().u8(2 * versions.size()).each(versions));
            all.u16(45).block16(new Bytes().u8(1).u8(1));
            all.u16(51).block16(new Bytes().block16(new Bytes()));
        }
        return all;
    }

    /** Numbers in network order. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes u8(int value) {
            out.write(value);
            return this;
        }

        Bytes u16(int value) {
            return u8(value >> 8).u8(value);
        }

        Bytes each(List<Integer> values) {
            values.forEach(this::u16);
            return this;
        }

        Bytes raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        /** With its length in front. */
        Bytes block16(Bytes inner) {
            return u16(inner.out.size()).raw(inner.bytes());
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
