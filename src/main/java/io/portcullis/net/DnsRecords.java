package io.portcullis.net;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what an answer's records say; null for what no connection can be made with. */
final class DnsRecords {
    private static final int SERVICE_BYTES = 6;

    private static final InetAddress EVERYONE = address(new byte[] {-1, -1, -1, -1});

    private DnsRecords() {}

    /** Whether one host can have it: not the unspecified address, none of a group, not everyone's. */
    static boolean isHost(InetAddress address) {
        boolean everyone = address.equals(EVERYONE);
        return !address.isAnyLocalAddress() && !address.isMulticastAddress() && !everyone;
    }

    /** A target of a service; the root as target says that there is none (RFC 2782). */
    static Dns.@Nullable Service service(DnsRecord record) {
        if (!record.type().equals(DnsRecordType.SRV) || !(record instanceof DnsRawRecord raw)) {
            return null;
        }
        ByteBuf content = raw.content().duplicate();
        if (content.readableBytes() <= SERVICE_BYTES) {
            return null;
        }
        int priority = content.readUnsignedShort();
        int weight = content.readUnsignedShort();
        int port = content.readUnsignedShort();
        String target = target(content);
        return target.isEmpty() || port == 0 ? null : new Dns.Service(priority, weight, port, target);
    }

    static InetAddress address(byte[] literal) {
        try {
            return InetAddress.getByAddress(literal);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("a literal of 4 or 16 bytes", impossible);
        }
    }

    /** Only what can be a host's name: letters, digits, hyphens, underscores, dots. */
    private static String target(ByteBuf content) {
        try {
            String name = DefaultDnsRecordDecoder.decodeName(content).toLowerCase(Locale.ROOT);
            String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
            boolean host = plain.length() <= 253
                    && plain.chars()
                            .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "-_.".indexOf(c) >= 0);
            return host ? plain : "";
        } catch (CorruptedFrameException e) {
            return "";
        }
    }
}
