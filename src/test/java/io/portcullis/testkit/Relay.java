package io.portcullis.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a TLS port and cuts the client's first TLS record (its ClientHello) into pieces, each of which goes out
 * by itself; everything after it passes untouched. Serves one connection after the other until it is closed.
 */
public final class Relay implements AutoCloseable {
    private static final int HEADER = 5;

    private final ServerSocket door;
    private final int target;
    private final Function<byte[], List<byte[]>> cut;

    /** What the server sent; null where nobody wants to know. */
    private final @Nullable ByteArrayOutputStream back;

    private volatile @Nullable Socket current;

    private Relay(ServerSocket door, int target, Function<byte[], List<byte[]>> cut, boolean recording) {
        this.door = door;
        this.target = target;
        this.cut = cut;
        this.back = recording ? new ByteArrayOutputStream() : null;
    }

    /** To {@code target} on 127.0.0.1, everything as it is. */
    public static Relay untouched(int target) throws IOException {
        return start(target, List::of);
    }

    /** To {@code target} on 127.0.0.1, everything as it is; {@link #records} tells what came back. */
    public static Relay recording(int target) throws IOException {
        return start(target, List::of, true);
    }

    /** To {@code target} on 127.0.0.1, the first record one byte at a time. */
    public static Relay byteByByte(int target) throws IOException {
        return start(target, record -> pieces(record, 1));
    }

    /** To {@code target} on 127.0.0.1, the first record's content spread over records of {@code size} bytes (RFC 8446 §5.1). */
    public static Relay overRecords(int target, int size) throws IOException {
        return start(target, record -> {
            List<byte[]> records = new ArrayList<>();
            for (byte[] piece : pieces(Arrays.copyOfRange(record, HEADER, record.length), size)) {
                byte[] framed = new byte[HEADER + piece.length];
                System.arraycopy(record, 0, framed, 0, 3);
                framed[3] = (byte) (piece.length >> 8);
                framed[4] = (byte) piece.length;
                System.arraycopy(piece, 0, framed, HEADER, piece.length);
                records.add(framed);
            }
            return records;
        });
    }

    private static Relay start(int target, Function<byte[], List<byte[]>> cut) throws IOException {
        return start(target, cut, false);
    }

    private static Relay start(int target, Function<byte[], List<byte[]>> cut, boolean recording) throws IOException {
        ServerSocket door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Relay relay = new Relay(door, target, cut, recording);
        Thread.ofVirtual().name("relay").start(relay::serve);
        return relay;
    }

    /** Sends the client a FIN that its peer knows nothing of. */
    public void cut() throws IOException {
        Socket client = current;
        if (client != null) {
            client.shutdownOutput();
        }
    }

    /** The lengths of the TLS records that have come back so far, their headers of 5 bytes included. */
    public List<Integer> records() {
        byte[] bytes = Objects.requireNonNull(back, "not recording").toByteArray();
        List<Integer> lengths = new ArrayList<>();
        int at = 0;
        while (at + HEADER <= bytes.length) {
            int length = HEADER + ((bytes[at + 3] & 0xff) << 8 | bytes[at + 4] & 0xff);
            if (at + length > bytes.length) {
                break;
            }
            lengths.add(length);
            at += length;
        }
        return lengths;
    }

    public int port() {
        return door.getLocalPort();
    }

    private void serve() {
        while (!door.isClosed()) {
            try (Socket client = door.accept();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                server.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                current = client;
                Thread back = Thread.ofVirtual().start(() -> copyBack(server, client));
                forward(client, server);
                back.join();
            } catch (IOException e) {
                // Either end went away, or the test closed the door: that is how this loop ends.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void forward(Socket client, Socket server) throws IOException {
        InputStream in = client.getInputStream();
        byte[] header = in.readNBytes(HEADER);
        int length = (header[3] & 0xff) << 8 | header[4] & 0xff;
        byte[] record = Arrays.copyOf(header, HEADER + length);
        System.arraycopy(in.readNBytes(length), 0, record, HEADER, length);
        OutputStream out = server.getOutputStream();
        for (byte[] piece : cut.apply(record)) {
            out.write(piece);
            out.flush();
        }
        copy(client, server);
    }

    private void copyBack(Socket server, Socket client) {
        ByteArrayOutputStream record = back;
        if (record == null) {
            copy(server, client);
            return;
        }
        byte[] part = new byte[1 << 14];
        try {
            for (int count = server.getInputStream().read(part);
                    count >= 0;
                    count = server.getInputStream().read(part)) {
                // Known here before the client has it.
                record.write(part, 0, count);
                client.getOutputStream().write(part, 0, count);
            }
            client.shutdownOutput();
        } catch (IOException e) {
            // The other direction tells.
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // The other direction tells.
        }
    }

    private static List<byte[]> pieces(byte[] whole, int size) {
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < whole.length; i += size) {
            pieces.add(Arrays.copyOfRange(whole, i, Math.min(whole.length, i + size)));
        }
        return pieces;
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
