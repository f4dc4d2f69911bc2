package io.portcullis.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A set of addresses and CIDR ranges. Immutable. */
public final class Networks {
    /** Contains nothing. */
    public static final Networks NONE = new Networks(List.of(), false);

    private static final class Range {
        private final byte[] prefix;
        private final int bits;

        Range(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            for (int i = 0; i < whole; i++) {
                if (address[i] != prefix[i]) {
                    return false;
                }
            }
            int rest = bits % 8;
            return rest == 0 || (address[whole] & 0xff) >> (8 - rest) == (prefix[whole] & 0xff) >> (8 - rest);
        }
    }

    private final List<Range> ranges;
    private final boolean unix;

    private Networks(List<Range> ranges, boolean unix) {
        this.ranges = ranges;
        this.unix = unix;
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 192.0.2.1}, {@code 2001:db8::/32} or {@code unix} (peers on Unix sockets).
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Networks of(List<String> texts) {
        List<Range> ranges = new ArrayList<>();
        boolean unix = false;
        for (String text : texts) {
            if (text.equals("unix")) {
                unix = true;
            } else {
                ranges.add(range(text));
            }
        }
        return new Networks(List.copyOf(ranges), unix);
    }

    public boolean contains(InetAddress address) {
        return !ranges.isEmpty() && contains(address.getAddress());
    }

    /** Whether {@code text} is an address literal inside; false for anything that is no literal. */
    public boolean containsLiteral(String text) {
        byte[] bytes = bytes(text);
        return bytes != null && contains(bytes);
    }

    public boolean containsUnix() {
        return unix;
    }

    /** An address as text: no zone, IPv4 inside IPv6 as IPv4. */
    public static String text(InetAddress address) {
        return NetUtil.toAddressString(address, true);
    }

    /** The bytes of an address literal, with or without brackets; null where {@code text} is none. */
    public static byte @Nullable [] bytes(String text) {
        return NetUtil.createByteArrayFromIpAddressString(text);
    }

    private boolean contains(byte[] address) {
        for (Range range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static Range range(String text) {
        int slash = text.indexOf('/');
        byte[] prefix = bytes(slash < 0 ? text : text.substring(0, slash));
        if (prefix == null) {
            throw new IllegalArgumentException("network: " + text + " (expected: an address or CIDR range)");
        }
        int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > prefix.length * 8) {
            throw new IllegalArgumentException("network: " + text + " (expected: a prefix length in range)");
        }
        return new Range(prefix, bits);
    }
}
