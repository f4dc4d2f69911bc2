package io.portcullis.config;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** IP literals and CIDR ranges, without ever asking DNS. */
final class IpAddresses {
    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");

    private IpAddresses() {}

    /** The address a literal stands for; null where {@code text} is none. */
    static @Nullable InetAddress literal(String text) {
        try {
            if (V4.matcher(text).matches()) {
                return Inet4Address.ofLiteral(text);
            }
            return text.indexOf(':') >= 0 ? Inet6Address.ofLiteral(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static boolean isV6(String text) {
        return text.indexOf(':') >= 0 && literal(text) != null;
    }

    /** Whether {@code text} has the form of an IPv4 address, right or wrong. */
    static boolean looksLikeV4(String text) {
        return V4.matcher(text).matches();
    }

    /** A range whose peers are believed about who the client is. */
    static String believed(Node node, Setting setting) throws Refusal {
        String text = range(setting);
        if (text.endsWith("/0")) {
            node.warn(
                    5,
                    setting,
                    "every client is believed about its own address",
                    "name only the proxies in front of this one");
        }
        return text;
    }

    /** An address or a range: {@code 10.0.0.0/8}, {@code ::1}; or {@code unix} for peers on Unix sockets. */
    static String range(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (text.equals("unix")) {
            return text;
        }
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
        String expected = "expected an IP address or a range such as 10.0.0.0/8, found \"" + text + "\"";
        if (address == null) {
            throw new Refusal(expected, "write addresses, not names");
        }
        if (slash < 0) {
            return text;
        }
        int bits = address.getAddress().length * 8;
        String length = text.substring(slash + 1);
        if (!LENGTH.matcher(length).matches() || Integer.parseInt(length) > bits) {
            throw new Refusal(expected, "the length of the prefix goes from 0 to " + bits);
        }
        String network = network(address, Integer.parseInt(length));
        if (!network.equals(address.getHostAddress())) {
            throw new Refusal(
                    "the range \"" + text + "\" has bits set beyond its prefix",
                    "did you mean \"" + network + "/" + length + "\"?");
        }
        return text;
    }

    /** Whether each of {@code inner} lies within one of {@code outer}; all as {@link #range} reads them. */
    static boolean cover(List<String> outer, List<String> inner) {
        return inner.stream().allMatch(each -> outer.stream().anyMatch(wide -> covers(wide, each)));
    }

    private static boolean covers(String wide, String narrow) {
        InetAddress within = literal(address(narrow));
        InetAddress around = literal(address(wide));
        if (within == null || around == null) {
            return wide.equals(narrow);
        }
        int bits = length(wide, around);
        return within.getAddress().length == around.getAddress().length
                && bits <= length(narrow, within)
                && network(within, bits).equals(network(around, bits));
    }

    private static String address(String range) {
        int slash = range.indexOf('/');
        return slash < 0 ? range : range.substring(0, slash);
    }

    private static int length(String range, InetAddress address) {
        int slash = range.indexOf('/');
        return slash < 0 ? address.getAddress().length * 8 : Integer.parseInt(range.substring(slash + 1));
    }

    private static String network(InetAddress address, int length) {
        byte[] bytes = address.getAddress();
        BigInteger mask =
                BigInteger.ONE.shiftLeft(length).subtract(BigInteger.ONE).shiftLeft(bytes.length * 8 - length);
        byte[] masked = new BigInteger(1, bytes).and(mask).toByteArray();
        byte[] network = new byte[bytes.length];
        int copied = Math.min(masked.length, network.length);
        System.arraycopy(masked, masked.length - copied, network, network.length - copied, copied);
        try {
            return InetAddress.getByAddress(network).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("length: " + network.length + " (expected: 4 or 16)", e);
        }
    }
}
