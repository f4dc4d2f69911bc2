package io.portcullis.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.portcullis.config.DialConfig;
import io.portcullis.net.Networks;
import io.portcullis.net.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A new connection's first bytes, before TLS: the PROXY protocol header that says whose it is. For what we ask ourselves (checks) it says
 * that.
 */
final class ProxyGreeting {
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;

    private ProxyGreeting() {}

    /**
     * The header's bytes.
     *
     * @param client null where nobody's request is waiting for the connection
     * @param local our end of the connection, for clients of which it is not known where they came to
     */
    static ByteBuf header(DialConfig.ProxyProtocol version, @Nullable Peer client, SocketAddress local) {
        InetAddress source = client == null ? null : client.inet();
        InetAddress to = client == null ? null : client.localInet();
        if (to == null && local instanceof InetSocketAddress inet) {
            to = inet.getAddress();
        }
        boolean first = version == DialConfig.ProxyProtocol.V1;
        if (client == null || source == null || to == null) {
            return first ? ascii("PROXY UNKNOWN\r\n") : start(client == null ? LOCAL : PROXY, 0, 0);
        }
        boolean four = source.getAddress().length == 4 && to.getAddress().length == 4;
        if (first) {
            return ascii(line(client, source, to, four));
        }
        return start(PROXY, four ? 0x11 : 0x21, four ? 12 : 36)
                .writeBytes(bytes(source, four))
                .writeBytes(bytes(to, four))
                .writeShort(client.port())
                .writeShort(client.localPort());
    }

    private static ByteBuf ascii(String line) {
        return Unpooled.copiedBuffer(line, StandardCharsets.US_ASCII);
    }

    private static ByteBuf start(int command, int family, int length) {
        return Unpooled.buffer(SIGNATURE.length + 4 + length)
                .writeBytes(SIGNATURE)
                .writeByte(command)
                .writeByte(family)
                .writeShort(length);
    }

    private static String line(Peer client, InetAddress source, InetAddress to, boolean four) {
        return "PROXY " + (four ? "TCP4 " : "TCP6 ") + text(source, four) + " " + text(to, four) + " " + client.port()
                + " " + client.localPort() + "\r\n";
    }

    private static String text(InetAddress address, boolean four) {
        boolean mapped = !four && address.getAddress().length == 4;
        return (mapped ? "::ffff:" : "") + Networks.text(address);
    }

    /** An IPv4 address beside one of IPv6 is written as one. */
    private static byte[] bytes(InetAddress address, boolean four) {
        byte[] bytes = address.getAddress();
        if (four || bytes.length == 16) {
            return bytes;
        }
        byte[] mapped = Arrays.copyOf(MAPPED, 16);
        System.arraycopy(bytes, 0, mapped, 12, 4);
        return mapped;
    }
}
