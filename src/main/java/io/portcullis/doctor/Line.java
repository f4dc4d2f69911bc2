package io.portcullis.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A connection that ends by itself when time is up, whatever the other side does. */
final class Line implements AutoCloseable {
    private final Socket tcp;
    private final CompletableFuture<Void> end;
    private Socket socket;

    private Line(Socket tcp, Duration patience) {
        this.tcp = tcp;
        this.socket = tcp;
        Executor later =
                CompletableFuture.delayedExecutor(patience.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        // Closing is what ends a read that a dripping server would keep alive for ever.
        this.end = CompletableFuture.runAsync(() -> quietly(tcp), later);
    }

    /** Throws what the system says of the address. */
    static Line dial(InetAddress address, int port, Duration patience) throws IOException {
        Socket tcp = new Socket();
        try {
            tcp.setTcpNoDelay(true);
            tcp.setSoTimeout((int) patience.toMillis());
            tcp.connect(new InetSocketAddress(address, port), (int) patience.toMillis());
            return new Line(tcp, patience);
        } catch (IOException e) {
            quietly(tcp);
            throw e;
        }
    }

    /** TLS from here on; the handshake is the caller's. */
    SSLSocket secured(SSLSocketFactory factory, String name) throws IOException {
        SSLSocket tls = (SSLSocket) factory.createSocket(tcp, name, tcp.getPort(), true);
        socket = tls;
        return tls;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /** What comes until the other side closes, {@code most} bytes have come, or time is up. */
    byte[] rest(int most) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        try {
            for (int n = in().read(part); n >= 0; n = in().read(part)) {
                all.write(part, 0, Math.min(n, most - all.size()));
                if (all.size() >= most) {
                    break;
                }
            }
        } catch (IOException e) {
            // What came before still tells.
            return all.toByteArray();
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        end.cancel(false);
        quietly(tcp);
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone all the same.
            return;
        }
    }
}
