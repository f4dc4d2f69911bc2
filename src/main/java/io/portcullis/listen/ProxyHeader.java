package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a PROXY protocol header says, version 1 or 2, as the specification of HAProxy has it; read strictly, and bounded in size.
 *
 * <p>TLVs must fit their block; none of them is used. The checksum (CRC32C) must be right where there is one.
 */
sealed interface ProxyHeader {
    /** The signature of version 2. */
    String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

    /** What a line of version 1 begins with. */
    String WORD = "PROXY ";

    /** Bytes of a whole header of version 2 before its addresses. */
    int FIXED = 16;

    /** Most bytes of addresses and TLVs of version 2. */
    int LARGEST_BLOCK = 4096;

    /** More bytes are needed. */
    record Unfinished() implements ProxyHeader {}

    /** The bytes begin with no such header. */
    record Absent() implements ProxyHeader {}

    /** It begins like one, and is wrong. */
    record Malformed(String why) implements ProxyHeader {}

    /**
     * A whole one.
     *
     * @param length bytes of it
     * @param ends whose connection it is; null where the peer speaks for itself (LOCAL, UNKNOWN), or of what we do not know
     */
    record Whole(int length, @Nullable Ends ends) implements ProxyHeader {}

    /** Both ends of the client's connection to the proxy in front. */
    record Ends(SocketAddress source, SocketAddress destination) {}

    /** Reads a header from the beginning of what is readable; borrows {@code in}, and moves nothing in it. */
    static ProxyHeader read(ByteBuf in) {
        int first = begins(in, WORD);
        if (first == WORD.length()) {
            return ProxyLine.read(in);
        }
        int second = begins(in, SIGNATURE);
        if (second == SIGNATURE.length()) {
            return block(in);
        }
        int there = in.readableBytes();
        return there == first || there == second ? new Unfinished() : new Absent();
    }

    /** How many bytes are those that {@code expected} begins with. */
    private static int begins(ByteBuf in, String expected) {
        int most = Math.min(in.readableBytes(), expected.length());
        int same = 0;
        while (same < most && in.getByte(in.readerIndex() + same) == expected.charAt(same)) {
            same++;
        }
        return same;
    }

    private static ProxyHeader block(ByteBuf in) {
        int start = in.readerIndex();
        int there = in.readableBytes();
        if (there > 12 && in.getByte(start + 12) != 0x20 && in.getByte(start + 12) != 0x21) {
            return new Malformed("an unknown version or command");
        }
        if (there < FIXED) {
            return new Unfinished();
        }
        int length = in.getUnsignedShort(start + 14);
        if (length > LARGEST_BLOCK) {
            return new Malformed("a block of " + length + " bytes");
        }
        if (there < FIXED + length) {
            return new Unfinished();
        }
        // With LOCAL the block says nothing, whatever stands in it.
        return in.getByte(start + 12) == 0x20
                ? new Whole(FIXED + length, null)
                : proxied(in.slice(start, FIXED + length));
    }

    private static ProxyHeader proxied(ByteBuf header) {
        int needed =
                switch (header.getUnsignedByte(13)) {
                    case 0x00 -> 0;
                    case 0x11, 0x12 -> 12;
                    case 0x21, 0x22 -> 36;
                    case 0x31, 0x32 -> 216;
                    default -> -1;
                };
        if (needed < 0) {
            return new Malformed("an unknown family or transport");
        }
        if (needed == 0) {
            return new Whole(header.readableBytes(), null);
        }
        if (header.readableBytes() < FIXED + needed) {
            return new Malformed("a block too short for its addresses");
        }
        String wrong = tlvs(header, FIXED + needed);
        return wrong != null ? new Malformed(wrong) : new Whole(header.readableBytes(), ends(header));
    }

    private static @Nullable Ends ends(ByteBuf header) {
        return switch (header.getUnsignedByte(13)) {
            case 0x11 -> new Ends(inet(header, FIXED, 4, 24), inet(header, 20, 4, 26));
            case 0x21 -> new Ends(inet(header, FIXED, 16, 48), inet(header, 32, 16, 50));
            case 0x31 -> new Ends(UnixDomainSocketAddress.of(""), UnixDomainSocketAddress.of(""));
            // Datagrams did not come by a stream: as the specification allows, it counts as unspecified.
            default -> null;
        };
    }

    private static InetSocketAddress inet(ByteBuf header, int at, int bytes, int portAt) {
        byte[] address = new byte[bytes];
        header.getBytes(at, address);
        return inet(address, header.getUnsignedShort(portAt));
    }

    /** An address of 4 or 16 bytes; IPv4 in IPv6 becomes IPv4. */
    static InetSocketAddress inet(byte[] address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("address: " + address.length + " bytes (expected: 4 or 16)", impossible);
        }
    }

    /** What is wrong with the TLVs from {@code at} on; null for nothing. */
    private static @Nullable String tlvs(ByteBuf header, int from) {
        int at = from;
        int end = header.readableBytes();
        boolean checked = false;
        while (at < end) {
            if (end - at < 3 || end - at - 3 < header.getUnsignedShort(at + 1)) {
                return "a TLV that does not fit";
            }
            int length = header.getUnsignedShort(at + 1);
            if (header.getByte(at) == 3) {
                if (checked || length != 4) {
                    return "a malformed checksum";
                }
                checked = true;
                if (checksum(header, at + 3) != header.getUnsignedInt(at + 3)) {
                    return "a wrong checksum";
                }
            }
            at += 3 + length;
        }
        return null;
    }

    /** Over the whole header, the four bytes at {@code field} counted as zeros. */
    private static long checksum(ByteBuf header, int field) {
        byte[] bytes = new byte[header.readableBytes()];
        header.getBytes(0, bytes);
        ByteBuffer.wrap(bytes).putInt(field, 0);
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length);
        return sum.getValue();
    }
}
