package io.portcullis.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands before an origin as a backend that wants PROXY protocol does: takes the header off each connection, keeps it, and passes the
 * rest on in both directions.
 */
public final class ProxyPeel implements AutoCloseable {
    /**
     * One connection.
     *
     * @param header its first bytes, through the end of the header; Latin-1
     * @param source who made it
     */
    public record Peeled(String header, InetAddress source) {}

    private final ServerSocket door;
    private final int target;
    private final boolean binary;
    private final List<Peeled> peeled = new CopyOnWriteArrayList<>();

    private ProxyPeel(int target, boolean binary) throws IOException {
        this.target = target;
        this.binary = binary;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("peel").start(this::accept);
    }

    /** To {@code target} on 127.0.0.1; {@code binary} for version 2. */
    public static ProxyPeel before(int target, boolean binary) {
        try {
            return new ProxyPeel(target, binary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a configuration writes it. */
    public String address() {
        return "127.0.0.1:" + door.getLocalPort();
    }

    /** Every connection whose header came. */
    public List<Peeled> peeled() {
        return List.copyOf(peeled);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // The door was closed: that is how a test ends this loop.
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            peeled.add(new Peeled(header(client.getInputStream()), client.getInetAddress()));
            Thread back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (IOException e) {
            // Either end went away: part of the play.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String header(InputStream in) throws IOException {
        if (!binary) {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                line.append((char) next);
                if (next == '\n') {
                    break;
                }
            }
            return line.toString();
        }
        byte[] fixed = in.readNBytes(16);
        int length = (fixed[14] & 0xff) << 8 | fixed[15] & 0xff;
        byte[] whole = Arrays.copyOf(fixed, 16 + length);
        System.arraycopy(in.readNBytes(length), 0, whole, 16, length);
        return new String(whole, StandardCharsets.ISO_8859_1);
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // The other direction tells.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
