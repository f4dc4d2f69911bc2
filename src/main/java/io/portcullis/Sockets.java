package io.portcullis;

import io.portcullis.config.BindAddress;
import io.portcullis.config.ListenerConfig;
import io.portcullis.listen.BindFailure;
import io.portcullis.listen.ConnectionIds;
import io.portcullis.listen.Listener;
import io.portcullis.listen.Stack;
import io.portcullis.net.ConnectionGate;
import io.portcullis.net.Loops;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The addresses that are bound, and the change from one set of them to another. Used by one thread at a time. */
final class Sockets {
    /** A listener's place: its name and the address as written, so that an address may move between listeners. */
    private record Open(String listener, Listener socket) {}

    /** A change that is ready to be applied: everything new is bound and accepts nothing yet. */
    final class Change {
        private final Map<String, Open> next = new LinkedHashMap<>();
        private final List<Listener> fresh = new ArrayList<>();
        private final Map<String, Stack> stacks;

        private Change(Map<String, Stack> stacks) {
            this.stacks = stacks;
        }

        /** New listeners accept, kept ones change what they do, the others close and drain. */
        void apply() {
            List<Open> gone = new ArrayList<>();
            open.forEach((address, old) -> {
                if (!next.containsKey(address)) {
                    gone.add(old);
                }
            });
            next.values().forEach(kept -> kept.socket().use(stack(kept.listener())));
            fresh.forEach(Listener::open);
            open.clear();
            open.putAll(next);
            for (Open left : gone) {
                Listener old = left.socket();
                Stack moved = stacks.get(left.listener());
                if (moved != null) {
                    // Handshakes that began there finish with the certificates that its name has now.
                    old.use(moved);
                }
                old.close();
                old.drain();
                leaving.add(old);
            }
            leaving.removeIf(old -> old.connections() == 0);
        }

        /** Frees what was bound for this change. */
        void abandon() {
            fresh.forEach(Listener::close);
        }

        private Stack stack(String listener) {
            Stack found = stacks.get(listener);
            if (found == null) {
                throw new IllegalStateException("listener " + listener + " has no stack");
            }
            return found;
        }
    }

    private final Loops loops;
    private final ConnectionGate gate;
    private final ConnectionIds ids;
    private final Map<String, Open> open = new LinkedHashMap<>();
    private final List<Listener> leaving = new ArrayList<>();

    Sockets(Loops loops, ConnectionGate gate, ConnectionIds ids) {
        this.loops = loops;
        this.gate = gate;
        this.ids = ids;
    }

    /**
     * Binds what is new; each address that cannot be bound adds to {@code failures}, and then the change must be abandoned.
     *
     * @param listeners all that there are to be
     */
    Change prepare(List<ListenerConfig> listeners, Map<String, Stack> stacks, List<BindFailure> failures) {
        Change change = new Change(stacks);
        for (ListenerConfig listener : listeners) {
            for (int i = 0; i < listener.bind().size(); i++) {
                BindAddress address = listener.bind().get(i);
                String key = key(listener, i);
                Open old = open.get(key);
                if (old != null) {
                    change.next.put(key, new Open(listener.name(), old.socket()));
                    continue;
                }
                try {
                    Listener bound =
                            Listener.bind(address, listener.backlog(), change.stack(listener.name()), loops, gate, ids);
                    change.fresh.add(bound);
                    change.next.put(key, new Open(listener.name(), bound));
                } catch (BindFailure e) {
                    failures.add(e);
                }
            }
        }
        return change;
    }

    /** What an address is known by from one configuration to the next: any free port is one of the listener's own. */
    private static String key(ListenerConfig listener, int index) {
        BindAddress address = listener.bind().get(index);
        boolean anyPort = address.unixPath() == null && address.port() == 0;
        return anyPort ? listener.name() + "[" + index + "] " + address : address.toString();
    }

    /** The port of {@code listener}'s first address. */
    int port(String listener) {
        for (Open one : open.values()) {
            if (one.listener().equals(listener)) {
                return one.socket().port();
            }
        }
        throw new IllegalArgumentException("listener: " + listener + " (expected: one of the configuration's)");
    }

    /** Stops accepting everywhere and asks every connection to end. */
    void drain() {
        everything().forEach(Listener::close);
        everything().forEach(Listener::drain);
    }

    /** Ends every connection now. */
    void cut() {
        everything().forEach(Listener::cut);
    }

    /** Connections that are open. */
    int connections() {
        return everything().stream().mapToInt(Listener::connections).sum();
    }

    private List<Listener> everything() {
        List<Listener> all = new ArrayList<>(leaving);
        open.values().forEach(one -> all.add(one.socket()));
        return all;
    }
}
