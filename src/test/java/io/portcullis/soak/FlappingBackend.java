package io.portcullis.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A backend that answers, and dies, hangs, crawls, resets, talks garbage, refuses, and comes back; on one port all the time. */
final class FlappingBackend implements AutoCloseable {
    private final Pace pace;
    private final Ledger ledger;
    private final boolean steady;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocket door;
    private volatile boolean closed;

    /** @param steady whether it always answers */
    FlappingBackend(Pace pace, Ledger ledger, boolean steady) throws IOException {
        this.pace = pace;
        this.ledger = ledger;
        this.steady = steady;
        ServerSocket first = bind(0);
        this.port = first.getLocalPort();
        admit(first);
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
        return socket;
    }

    private void admit(ServerSocket socket) {
        door = socket;
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket accepted = socket.accept();
                    accepted.setTcpNoDelay(true);
                    open.add(accepted);
                    Thread.ofVirtual().start(() -> serve(accepted));
                } catch (IOException e) {
                    // Closed: it refuses now, or is at its end.
                }
            }
        });
    }

    private void serve(Socket socket) {
        try (socket) {
            new BackendTalk(socket, pace, ledger, steady).run();
        } catch (IOException e) {
            ledger.count("backend: connection broken by the other side");
        } finally {
            open.remove(socket);
        }
    }

    /** Dies now and then, and comes back on the same port, until the soak is over. */
    void flap(long seed) {
        Random random = new Random(seed);
        while (!pace.isOver()) {
            pace.pass(1000 + random.nextInt(6000));
            if (!pace.isOver() && !closed) {
                die();
                pace.pass(100 + random.nextInt(900));
                come();
            }
        }
    }

    private void die() {
        ledger.count("backend: died");
        closeDoor();
        cutAll();
    }

    private void come() {
        try {
            if (!closed) {
                admit(bind(port));
            }
        } catch (IOException e) {
            ledger.wrong("harness: backend could not come back", String.valueOf(e));
        }
    }

    /** Closes every connection: nobody keeps one idle. */
    void cutAll() {
        for (Socket socket : open) {
            closeQuietly(socket);
        }
    }

    private void closeDoor() {
        ServerSocket current = door;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                ledger.wrong("harness: door", String.valueOf(e));
            }
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        closed = true;
        closeDoor();
        cutAll();
    }
}
