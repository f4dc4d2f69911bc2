package io.portcullis.listen;

import io.portcullis.config.BindAddress;
import java.net.BindException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An address that cannot be bound; the message says why and what to do. */
public final class BindFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private BindFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static BindFailure of(BindAddress address, @Nullable Throwable cause) {
        String text = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
        String lower = text.toLowerCase(Locale.ROOT);
        String why;
        if (lower.contains("permission denied")) {
            why = address.port() > 0 && address.port() < 1024
                    ? "permission denied: ports below 1024 need the capability CAP_NET_BIND_SERVICE (systemd:"
                            + " AmbientCapabilities=CAP_NET_BIND_SERVICE), or a port from 1024 up with the firewall forwarding to it"
                    : "permission denied: check who owns the path, or what the system's policy forbids";
        } else if (lower.contains("address already in use") || lower.contains("address in use")) {
            String owner = PortOwner.of(address);
            why = "already in use" + (owner == null ? "" : " by " + owner) + ": stop that, or choose another address";
        } else if (lower.contains("cannot assign requested address")) {
            why = "this machine has no such address: check it, or write * for all";
        } else if (cause instanceof BindException || lower.contains("bind")) {
            why = text;
        } else {
            why = text.isEmpty() ? String.valueOf(cause) : text;
        }
        return new BindFailure("cannot listen on " + address + ": " + why, cause);
    }

    static BindFailure inUse(BindAddress address) {
        return new BindFailure(
                "cannot listen on " + address + ": a running process answers there: stop it, or choose another path",
                null);
    }
}
