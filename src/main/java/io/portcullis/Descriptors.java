package io.portcullis;

import com.sun.management.UnixOperatingSystemMXBean;
import io.portcullis.config.Limits;
import io.portcullis.net.Networks;
import java.lang.management.ManagementFactory;

/** What the process may open. */
final class Descriptors {
    /** Kept for files, logs and our own listeners. */
    private static final long RESERVE = 256;

    private static final int WITHOUT_LIMIT = 100_000;

    private Descriptors() {}

    /** Client connections at once: half of what may be opened, for each may need one to a backend (rule L10). */
    static int connections(Limits limits) {
        if (limits.connections() != 0) {
            return limits.connections();
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                && unix.getMaxFileDescriptorCount() > 0) {
            long usable = Math.max(unix.getMaxFileDescriptorCount() - RESERVE, 64);
            return (int) Math.min(usable / 2, 1_000_000);
        }
        return WITHOUT_LIMIT;
    }

    static boolean isLoopback(String host) {
        byte[] bytes = Networks.bytes(host);
        if (bytes == null) {
            return host.equals("localhost");
        }
        return Networks.of(java.util.List.of("127.0.0.0/8", "::1")).containsLiteral(host);
    }
}
