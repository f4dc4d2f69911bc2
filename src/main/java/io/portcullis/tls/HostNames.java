package io.portcullis.tls;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names as certificates and clients spell them, brought to one form: lower case, no trailing dot, canonical addresses. */
final class HostNames {
    private HostNames() {}

    static String canonical(String name) {
        InetAddress address = address(name);
        if (address != null) {
            return canonical(address);
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Whether {@code name} is an address and no host name. */
    static boolean isAddress(String name) {
        return NetUtil.createByteArrayFromIpAddressString(name) != null;
    }

    static String canonical(InetAddress address) {
        return NetUtil.toAddressString(address);
    }

    /** Null where {@code name} is not an IP literal; nothing is looked up. */
    private static @Nullable InetAddress address(String name) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(name);
        if (bytes == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException e) {
            return null;
        }
    }

    /** Whether {@code pattern} (exact, or a wildcard for exactly one label, RFC 9525 §6.3) covers {@code name}; both canonical. */
    static boolean covers(String pattern, String name) {
        return pattern.equals(name) || pattern.equals(wildcardOf(name));
    }

    /** {@code *.example.com} for {@code www.example.com}; null where there is no label to replace. */
    static @Nullable String wildcardOf(String name) {
        int dot = name.indexOf('.');
        return dot > 0 ? "*" + name.substring(dot) : null;
    }
}
