package io.portcullis.listen;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the beginning of every exchange's id: unique to the connection, and among processes as far as chance allows. */
public final class ConnectionIds {
    private static final int RADIX = 36;

    private final String process = Long.toString(new SecureRandom().nextLong(1L << 40), RADIX);
    private final AtomicLong connections = new AtomicLong();

    String next() {
        return process + "-" + Long.toString(connections.incrementAndGet(), RADIX);
    }
}
