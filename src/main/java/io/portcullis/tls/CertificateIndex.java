package io.portcullis.tls;

import io.portcullis.config.TlsConfig;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which certificate a name gets: the whole of one block under {@code tls}, immutable.
 *
 * <p>Safe for any thread. A reload builds a new index, swaps it in and closes the old one; handshakes and connections that began with
 * the old one finish with it, and its native memory goes with the last of them.
 */
public final class CertificateIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateIndex.class);

    private final String name;
    private final List<TlsTarget> targets;
    /** Host names, wildcards and addresses, all canonical. */
    private final Map<String, TlsTarget> byName;

    private final @Nullable TlsTarget fallback;
    private final TicketKeys tickets;
    private final TlsConfig.Ocsp ocsp;
    private final boolean growsRecords;
    private final List<Credential> credentials;
    private final boolean oneGroup;
    private final boolean asksForCertificates;
    private final ReentrantLock lock = new ReentrantLock();
    private long installed;
    private boolean closed;

    CertificateIndex(
            TlsConfig config,
            List<TlsTarget> targets,
            Map<String, TlsTarget> byName,
            @Nullable TlsTarget fallback,
            TicketKeys tickets) {
        this.name = config.name();
        this.ocsp = config.ocsp();
        this.growsRecords = config.recordSize() == TlsConfig.RecordSize.DYNAMIC;
        this.targets = List.copyOf(targets);
        this.byName = Map.copyOf(byName);
        this.fallback = fallback;
        this.tickets = tickets;
        this.credentials = targets.stream()
                .flatMap(target -> target.credentials().stream())
                .distinct()
                .toList();
        this.oneGroup =
                targets.stream().map(each -> each.group().digest()).distinct().count() <= 1;
        this.asksForCertificates = targets.stream().anyMatch(TlsTarget::asksForCertificates);
        this.installed = Long.MIN_VALUE;
    }

    /** {@link #match(String, InetAddress)} where the local address is not known. */
    public @Nullable TlsTarget match(@Nullable String sni) {
        return match(sni, null);
    }

    /**
     * The certificate for a client that asks for {@code sni}.
     *
     * <p>A name gets the certificate with exactly that name, else one with a wildcard for its first label, else the one marked
     * {@code default}. A client that sends no name (it connects by address: RFC 6066 §3 forbids addresses there) gets the certificate
     * for the address it connected to, else the default, else the only one there is. An only certificate is <em>not</em> given for a
     * name it does not have: that would be a made-up certificate for the client and a wrong vhost for us.
     *
     * @param sni the name of the ClientHello, any case; null where it has none
     * @param local the address the client connected to
     * @return null where the handshake must end with {@code unrecognized_name}
     */
    public @Nullable TlsTarget match(@Nullable String sni, @Nullable InetAddress local) {
        return sni == null ? matchNoName(local) : matchName(HostNames.canonical(sni));
    }

    /** By which rule {@link #match} decides for {@code sni}, in words for people. */
    public String why(@Nullable String sni) {
        TlsTarget target = match(sni, null);
        if (target == null) {
            return sni == null
                    ? "the client names no host, there are several certificates, and none is the default"
                    : "no certificate has the name, and none is the default";
        }
        String name = sni == null ? null : HostNames.canonical(sni);
        String wildcard = name == null ? null : HostNames.wildcardOf(name);
        if (name != null && byName.get(name) == target) {
            return "it has exactly this name";
        }
        if (wildcard != null && byName.get(wildcard) == target) {
            return "it has " + wildcard + ", and none has exactly this name";
        }
        return target == fallback
                ? (sni == null ? "the client names no host" : "none has this name") + ", and this is the default"
                : "the client names no host, and there is no other certificate";
    }

    /**
     * Whether a connection that was made with {@code made} may ask for {@code host}, a name or an address literal, whatever name its
     * handshake gave (rules P05, T24).
     *
     * <p>It may where the host belongs to the same policy group. A host that nobody here serves is let through only where nobody is
     * asked for a certificate: a backend might take it for one of those that are.
     */
    public boolean serves(TlsTarget made, String host) {
        if (oneGroup && !asksForCertificates) {
            return true;
        }
        TlsTarget wanted = matchName(canonical(host));
        return wanted == null ? !asksForCertificates : wanted.group().isSame(made.group());
    }

    /** Whether a certificate has {@code host}, a name or an address literal, among its names; the default alone does not count. */
    public boolean covers(String host) {
        String name = canonical(host);
        String wildcard = HostNames.wildcardOf(name);
        return byName.containsKey(name) || wildcard != null && byName.containsKey(wildcard);
    }

    /** Whether {@code host} is a subdomain, at any depth, of a name that a certificate has. */
    public boolean isBelow(String host) {
        String name = canonical(host);
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (covers(name.substring(dot + 1))) {
                return true;
            }
        }
        return false;
    }

    private static String canonical(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return HostNames.canonical(bracketed ? host.substring(1, host.length() - 1) : host);
    }

    private @Nullable TlsTarget matchName(String sni) {
        TlsTarget exact = byName.get(sni);
        if (exact != null) {
            return exact;
        }
        String wildcard = HostNames.wildcardOf(sni);
        TlsTarget covering = wildcard == null ? null : byName.get(wildcard);
        return covering != null ? covering : fallback;
    }

    private @Nullable TlsTarget matchNoName(@Nullable InetAddress local) {
        TlsTarget byAddress = local == null ? null : byName.get(HostNames.canonical(local));
        if (byAddress != null) {
            return byAddress;
        }
        if (fallback != null) {
            return fallback;
        }
        return targets.size() == 1 ? targets.get(0) : null;
    }

    /** The block's key under {@code tls}. */
    public String name() {
        return name;
    }

    /** Every certificate, in the order of the configuration's first use. */
    public List<Credential> credentials() {
        return credentials;
    }

    /** Whether and how staples are fetched for them. */
    public TlsConfig.Ocsp ocsp() {
        return ocsp;
    }

    /** Whether TLS records are to begin small. */
    public boolean growsRecords() {
        return growsRecords;
    }

    /** The context of this index that serves exactly that, with one owner more; null where there is none. */
    @Nullable
    TlsTarget keep(NameClaims.Served wanted) {
        for (TlsTarget each : targets) {
            if (each.isFor(wanted) && each.retain()) {
                return each;
            }
        }
        return null;
    }

    /** Installs the ticket keys of the present epoch where they are not yet; open connections too seal by them from then on. */
    public void renewTicketKeys() {
        lock.lock();
        try {
            if (!closed && installed != tickets.epoch()) {
                installed = tickets.epoch();
                targets.forEach(target -> target.setTicketKeys(tickets));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has the next handshakes bring the staples there are now. Blocks. */
    void staple(Staples staples) {
        lock.lock();
        try {
            if (!closed) {
                for (TlsTarget target : targets) {
                    target.staple(ocsp.stapling() ? staples : Staples.NONE);
                }
            }
        } catch (SSLException | IllegalStateException e) {
            LOG.error("tls.{}: the staples cannot be changed, those before stay", name, e);
        } finally {
            lock.unlock();
        }
    }

    /** What seals the tickets of this block. */
    TicketKeys tickets() {
        return tickets;
    }

    /** Lets the native contexts go once the last handler made with them is done. May be called again. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                targets.forEach(TlsTarget::release);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "CertificateIndex[" + name + ", " + byName.keySet() + "]";
    }
}
