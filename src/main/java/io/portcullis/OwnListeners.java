package io.portcullis;

import io.portcullis.config.BindAddress;
import io.portcullis.listen.BindFailure;
import io.portcullis.listen.ConnectionIds;
import io.portcullis.listen.Listener;
import io.portcullis.listen.Stack;
import io.portcullis.net.ConnectionGate;
import io.portcullis.net.Loops;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The listeners for something of our own, admin and demo. They stay through reloads and drains, and no client limit counts them. */
final class OwnListeners {
    private static final int BACKLOG = 1024;

    private final ConnectionGate unlimited = new ConnectionGate(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private final ConnectionIds ids = new ConnectionIds();
    private @Nullable Listener admin;
    private @Nullable Listener demo;

    void admin(@Nullable BindAddress bind, Stack stack, Loops loops, List<BindFailure> failures) {
        admin = bound(bind, stack, loops, failures);
    }

    void demo(@Nullable BindAddress bind, Stack stack, Loops loops, List<BindFailure> failures) {
        demo = bound(bind, stack, loops, failures);
    }

    int adminPort() {
        if (admin == null) {
            throw new IllegalStateException("admin.bind is off");
        }
        return admin.port();
    }

    void close() {
        for (Listener one : new Listener[] {admin, demo}) {
            if (one != null) {
                one.close();
                one.cut();
            }
        }
    }

    private @Nullable Listener bound(@Nullable BindAddress bind, Stack stack, Loops loops, List<BindFailure> failures) {
        if (bind == null) {
            return null;
        }
        try {
            Listener made = Listener.bind(bind, BACKLOG, stack, loops, unlimited, ids);
            made.open();
            return made;
        } catch (BindFailure e) {
            failures.add(e);
            return null;
        }
    }
}
