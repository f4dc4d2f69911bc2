package io.portcullis.testkit;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** PROXY protocol headers as bytes, right or wrong, for clients that play a proxy in front. */
public final class ProxyHeaders {
    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

    private ProxyHeaders() {}

    /** A line of version 1, its CRLF added. */
    public static byte[] line(String line) {
        return (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Version 2 with a block as it stands. */
    public static byte[] block(int command, int family, byte[]... parts) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            block.writeBytes(part);
        }
        ByteBuffer header = ByteBuffer.allocate(16 + block.size());
        header.put(SIGNATURE).put((byte) command).put((byte) family).putShort((short) block.size());
        return header.put(block.toByteArray()).array();
    }

    /** Version 2 by TCP, with TLVs. */
    public static byte[] proxied(String source, int port, String destination, int destinationPort, byte[]... tlvs) {
        byte[] from = InetAddress.ofLiteral(source).getAddress();
        byte[] to = InetAddress.ofLiteral(destination).getAddress();
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(from);
        block.writeBytes(to);
        block.writeBytes(number(port));
        block.writeBytes(number(destinationPort));
        for (byte[] tlv : tlvs) {
            block.writeBytes(tlv);
        }
        return block(0x21, from.length == 4 ? 0x11 : 0x21, block.toByteArray());
    }

    public static byte[] tlv(int type, byte... value) {
        return ByteBuffer.allocate(3 + value.length)
                .put((byte) type)
                .putShort((short) value.length)
                .put(value)
                .array();
    }

    /** The same with the checksum that its last TLV, of type 3, leaves room for. */
    public static byte[] summed(byte[] header) {
        CRC32C sum = new CRC32C();
        sum.update(header);
        ByteBuffer.wrap(header).putInt(header.length - 4, (int) sum.getValue());
        return header;
    }

    private static byte[] number(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }
}
