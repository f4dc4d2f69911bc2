package io.portcullis.http;

import io.portcullis.net.LoopClock;
import io.portcullis.net.Peer;
import io.portcullis.net.TlsFacts;
import org.jspecify.annotations.Nullable;

/** One client connection as its exchanges see it: its facts, and what one exchange leaves for the next. */
@io.portcullis.net.OnLoop
public final class ClientConnection {
    private final Peer peer;
    private final String idPrefix;
    private final long openedNanos = LoopClock.nanos();
    private int exchanges;
    private boolean introduced;
    private @Nullable Authority lastAuthority;
    private @Nullable Authority lastServed;

    @Nullable
    ForwardedFields lastForwarded;

    /** @param idPrefix begins the id of each exchange; unique to the connection */
    public ClientConnection(Peer peer, String idPrefix) {
        this.peer = peer;
        this.idPrefix = idPrefix;
    }

    public Peer peer() {
        return peer;
    }

    /** When it was ready for requests: accepted, and past its handshake; of {@link LoopClock}. */
    public long openedNanos() {
        return openedNanos;
    }

    /** Who asks first says for the whole of a TLS connection which program the client is. */
    public void introduce(RequestHead head) {
        TlsFacts tls = peer.tls();
        if (!introduced && tls != null) {
            introduced = true;
            tls.agent().accept(head.fields().first("user-agent"));
        }
    }

    /** A new exchange's id: {@code prefix-1}, {@code prefix-2} … */
    public String nextId() {
        return idPrefix + "-" + ++exchanges;
    }

    /**
     * Whether a request for {@code authority} may come by this connection: its TLS handshake satisfied what that host asks for (RFC 9110
     * §7.4, RFC 9113 §9.1.1). Always where there is no TLS.
     */
    public boolean serves(Authority authority) {
        TlsFacts tls = peer.tls();
        if (tls == null || authority.equals(lastServed)) {
            return true;
        }
        boolean served = tls.serves().test(authority.host());
        lastServed = served ? authority : lastServed;
        return served;
    }

    /** Exchanges so far. */
    public int exchanges() {
        return exchanges;
    }

    /** Reads a {@code Host} value; most connections ask for one host only, which is read once. */
    public @Nullable Authority authority(String text) {
        Authority last = lastAuthority;
        if (last != null && last.text().equals(text)) {
            return last;
        }
        Authority read = Authority.parse(text);
        if (read != null) {
            lastAuthority = read;
        }
        return read;
    }
}
