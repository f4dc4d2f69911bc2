package io.portcullis.http;

import io.portcullis.net.Peer;
import org.jspecify.annotations.Nullable;

/** One client connection as its exchanges see it: its facts, and what one exchange leaves for the next. */
@io.portcullis.net.OnLoop
public final class ClientConnection {
    private final Peer peer;
    private final String idPrefix;
    private int exchanges;
    private @Nullable Authority lastAuthority;

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

    /** A new exchange's id: {@code prefix-1}, {@code prefix-2} … */
    public String nextId() {
        return idPrefix + "-" + ++exchanges;
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
