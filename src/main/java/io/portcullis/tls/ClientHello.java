package io.portcullis.tls;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself before anything is encrypted, RFC 8446 §4.1.2.
 *
 * @param serverName the host it asks for (RFC 6066 §3), lower case, without trailing dot; null where it names none
 * @param protocols application protocols it speaks, best first (RFC 7301 §3.1); empty where it sends none
 * @param versions TLS versions it speaks, best first, as on the wire: {@code 0x0304} is TLS 1.3, {@code 0x0303} TLS 1.2
 * @param suites cipher suites, best first, as on the wire
 * @param groups key-exchange groups, best first, as on the wire; RFC 8446 §4.2.7
 * @param extensions their types in the order sent, as on the wire
 * @param signatureSchemes what its certificates may be signed with, best first, as on the wire; RFC 8446 §4.2.3
 */
public record ClientHello(
        @Nullable String serverName,
        List<String> protocols,
        List<Integer> versions,
        List<Integer> suites,
        List<Integer> groups,
        List<Integer> extensions,
        List<Integer> signatureSchemes) {
    public static final int TLS_1_2 = 0x0303;
    public static final int TLS_1_3 = 0x0304;

    /**
     * Reads the body of a ClientHello: the bytes after the handshake header, as {@code SslClientHelloHandler} hands them over.
     *
     * <p>Borrows {@code body} and leaves its indices alone. Never throws for what a peer sent.
     *
     * @return null where the bytes are no well-formed ClientHello; the connection must then be refused, for its name may be hidden
     *     from us and not from the TLS library
     */
    public static @Nullable ClientHello parse(ByteBuf body) {
        try {
            return new ClientHelloReader(body.duplicate()).read();
        } catch (ClientHelloReader.Malformed e) {
            return null;
        }
    }

    /** Its fingerprint by JA4, 36 characters. */
    public String ja4() {
        return Ja4.of(this);
    }

    /** The newest version it speaks, as on the wire. */
    public int highestVersion() {
        int highest = 0;
        for (int each : versions) {
            highest = Ja4.isGrease(each) ? highest : Math.max(highest, each);
        }
        return highest;
    }

    public boolean speaks(int version) {
        return versions.contains(version);
    }
}
