package io.portcullis.doctor;

import java.net.Inet4Address;
import java.net.InetAddress;

/** From where an address can be reached. */
enum Reach {
    /** From everywhere. */
    PUBLIC,
    /** From its network: RFC 1918, RFC 4193, RFC 6598. */
    NETWORK,
    /** From this machine. */
    MACHINE,
    /** From the same cable, or from nowhere: also where clouds keep their secrets (RFC 3927). */
    NONE;

    static Reach of(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return MACHINE;
        }
        if (address.isLinkLocalAddress() || address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return NONE;
        }
        byte[] bytes = address.getAddress();
        boolean shared = address instanceof Inet4Address && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        boolean own = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        return address.isSiteLocalAddress() || shared || own ? NETWORK : PUBLIC;
    }

    /** Whether who was himself found at {@code other} may send us here. */
    boolean isOpenTo(Reach other) {
        return switch (this) {
            case PUBLIC -> true;
            case NETWORK -> other == NETWORK || other == MACHINE;
            case MACHINE -> other == MACHINE;
            case NONE -> false;
        };
    }
}
