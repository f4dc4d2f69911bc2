package io.portcullis.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one ClientHello, strictly: every length must fit exactly, no extension may come twice (RFC 8446 §4.2), and a server name
 * must be one host name of sensible form. Work and memory are linear in the bytes.
 */
final class ClientHelloReader {
    private static final int RANDOM_BYTES = 32;
    private static final int MAX_SESSION_ID = 32;
    /** RFC 1035 §2.3.4, as text. */
    private static final int MAX_NAME = 254;

    private static final int SERVER_NAME = 0;
    private static final int SUPPORTED_GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;

    private final ByteBuf in;
    private final BitSet seen = new BitSet();
    private final List<Integer> extensions = new ArrayList<>();
    private @Nullable String serverName;
    private List<String> protocols = List.of();
    private List<Integer> versions = List.of();
    private List<Integer> suites = List.of();
    private List<Integer> groups = List.of();
    private List<Integer> signatureSchemes = List.of();

    ClientHelloReader(ByteBuf in) {
        this.in = in;
    }

    ClientHello read() throws Malformed {
        int legacyVersion = unsignedShort(in);
        slice(in, RANDOM_BYTES);
        require(opaque8(in).readableBytes() <= MAX_SESSION_ID);
        suites = numbers(opaque16(in));
        require(!suites.isEmpty());
        require(opaque8(in).isReadable());
        // A ClientHello may end here: TLS 1.2 and older without extensions.
        if (in.isReadable()) {
            extensions(opaque16(in));
            require(!in.isReadable());
        }
        if (!seen.get(SUPPORTED_VERSIONS)) {
            versions = List.of(legacyVersion);
        }
        return new ClientHello(
                serverName, protocols, versions, suites, groups, List.copyOf(extensions), signatureSchemes);
    }

    private void extensions(ByteBuf all) throws Malformed {
        while (all.isReadable()) {
            int type = unsignedShort(all);
            ByteBuf content = opaque16(all);
            require(!seen.get(type));
            seen.set(type);
            extensions.add(type);
            extension(type, content);
        }
    }

    private void extension(int type, ByteBuf content) throws Malformed {
        switch (type) {
            case SERVER_NAME -> serverName = hostName(only(opaque16(content), content));
            case SUPPORTED_GROUPS -> groups = numbers(only(opaque16(content), content));
            case SIGNATURE_ALGORITHMS -> signatureSchemes = numbers(only(opaque16(content), content));
            case ALPN -> protocols = names(only(opaque16(content), content));
            case SUPPORTED_VERSIONS -> versions = numbers(only(opaque8(content), content));
            default -> {
                // Others are the TLS library's business.
            }
        }
    }

    /** A list of exactly one name of type 0: no client sends another, and two names would be two truths. */
    private static String hostName(ByteBuf list) throws Malformed {
        require(unsignedByte(list) == 0);
        ByteBuf name = only(opaque16(list), list);
        require(name.isReadable() && name.readableBytes() <= MAX_NAME);
        for (int i = name.readerIndex(); i < name.writerIndex(); i++) {
            // Printable ASCII; anything else would reach logs and look-ups.
            require(name.getByte(i) > ' ' && name.getByte(i) < 0x7f);
        }
        return HostNames.canonical(name.toString(StandardCharsets.US_ASCII));
    }

    private static List<String> names(ByteBuf list) throws Malformed {
        List<String> names = new ArrayList<>();
        while (list.isReadable()) {
            ByteBuf name = opaque8(list);
            require(name.isReadable());
            names.add(name.toString(StandardCharsets.ISO_8859_1));
        }
        require(!names.isEmpty());
        return List.copyOf(names);
    }

    private static List<Integer> numbers(ByteBuf list) throws Malformed {
        require(list.readableBytes() % 2 == 0);
        List<Integer> numbers = new ArrayList<>(list.readableBytes() / 2);
        while (list.isReadable()) {
            numbers.add(list.readUnsignedShort());
        }
        return List.copyOf(numbers);
    }

    private static ByteBuf only(ByteBuf part, ByteBuf whole) throws Malformed {
        require(!whole.isReadable());
        return part;
    }

    private static ByteBuf opaque8(ByteBuf from) throws Malformed {
        return slice(from, unsignedByte(from));
    }

    private static ByteBuf opaque16(ByteBuf from) throws Malformed {
        return slice(from, unsignedShort(from));
    }

    private static int unsignedByte(ByteBuf from) throws Malformed {
        require(from.isReadable());
        return from.readUnsignedByte();
    }

    private static int unsignedShort(ByteBuf from) throws Malformed {
        require(from.readableBytes() >= 2);
        return from.readUnsignedShort();
    }

    private static ByteBuf slice(ByteBuf from, int length) throws Malformed {
        require(from.readableBytes() >= length);
        return from.readSlice(length);
    }

    private static void require(boolean wellFormed) throws Malformed {
        if (!wellFormed) {
            throw new Malformed();
        }
    }

    /** Ends the reading; carries nothing, costs no stack trace. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed() {
            super(null, null, false, false);
        }
    }
}
