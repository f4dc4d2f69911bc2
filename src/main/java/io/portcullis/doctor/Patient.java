package io.portcullis.doctor;

import io.portcullis.tls.KnownRoots;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One server, as clients know it.
 *
 * @param name the name or address clients ask for
 * @param port 1 to 65535
 * @param addresses where it is looked for, each by itself
 * @param speaks what it ought to speak
 * @param ours what ought to be served here
 * @param roots who is trusted
 * @param patience for each probe
 */
public record Patient(
        String name,
        int port,
        List<InetAddress> addresses,
        Speaks speaks,
        Ours ours,
        KnownRoots roots,
        Duration patience) {

    /** What a port is for. */
    public enum Speaks {
        TLS,
        PLAIN,
        /** Whatever answers. */
        ANY
    }

    /**
     * What the configuration and the running process have for this name.
     *
     * @param configured the leaves in the files; empty: not known
     * @param running SHA-256 of what the process says that it serves; empty: it was not asked, or is not there
     */
    public record Ours(List<X509Certificate> configured, Set<String> running) {
        /** Nothing is known of it. */
        public static final Ours UNKNOWN = new Ours(List.of(), Set.of());
    }

    /** {@code shop.example:443}, {@code [::1]:443}. */
    public String authority() {
        return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
    }

    /** Whether it is asked for by a host name, and not by an address. */
    boolean isNamed() {
        return name.indexOf(':') < 0 && !name.matches("[0-9.]+");
    }

    /** With one address only. */
    Patient at(InetAddress address) {
        return new Patient(name, port, List.of(address), speaks, ours, roots, patience);
    }

    /** Another port of the same host. */
    public Patient at(int otherPort, Speaks other) {
        return new Patient(name, otherPort, addresses, other, ours, roots, patience);
    }

    /** The one address that is looked at. */
    InetAddress address() {
        return addresses.getFirst();
    }

    /** {@code shop.example:443 at 192.0.2.7}. */
    String where() {
        String address = address().getHostAddress();
        return address.equals(name) ? authority() : authority() + " at " + address;
    }
}
