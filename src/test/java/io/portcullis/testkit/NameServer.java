package io.portcullis.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A scripted name server on a free port of 127.0.0.1, by UDP and TCP (RFC 1035). What it was told nothing of does not exist
 * (NXDOMAIN); of a name it was told of, records of another type do not (NODATA). Answers may be changed at any time.
 */
public final class NameServer implements AutoCloseable {
    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int AAAA = 28;
    private static final int SRV = 33;
    private static final int NXDOMAIN = 3;

    private static final class Line {
        private final int type;
        private final int ttl;
        private final byte[] content;

        Line(int type, int ttl, byte[] content) {
            this.type = type;
            this.ttl = ttl;
            this.content = content;
        }
    }

    /** What is said of a name; silent: nothing at all; cut: by UDP only that there is more. */
    private record Entry(int code, boolean silent, boolean cut, List<Line> records) {}

    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Queue<String> questions = new ConcurrentLinkedQueue<>();

    private NameServer() throws IOException {
        tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort()));
        Thread.ofVirtual().name("names-udp").start(this::byUdp);
        Thread.ofVirtual().name("names-tcp").start(this::byTcp);
    }

    /** Begins to answer. */
    public static NameServer start() {
        for (int i = 0; ; i++) {
            try {
                return new NameServer();
            } catch (SocketException taken) {
                if (i == 20) {
                    throw new UncheckedIOException(taken);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** As a configuration writes it. */
    public String address() {
        return "127.0.0.1:" + tcp.getLocalPort();
    }

    /** {@code name} has these addresses, of either family. */
    public NameServer addresses(String name, int ttl, String... addresses) {
        return put(
                name,
                0,
                false,
                false,
                Arrays.stream(addresses).map(each -> address(each, ttl)).toList());
    }

    /** The same, but by UDP the answer is cut off before the first one. */
    public NameServer cutOff(String name, int ttl, String... addresses) {
        return put(
                name,
                0,
                false,
                true,
                Arrays.stream(addresses).map(each -> address(each, ttl)).toList());
    }

    /** {@code name} is another name for {@code of}, whose addresses follow in the same answer. */
    public NameServer alias(String name, int ttl, String of) {
        return put(name, 0, false, false, List.of(new Line(CNAME, ttl, name(of))));
    }

    /** {@code name} is a service; each target is {@code "priority weight port host"}. */
    public NameServer service(String name, int ttl, String... targets) {
        return put(
                name,
                0,
                false,
                false,
                Arrays.stream(targets).map(each -> target(each, ttl)).toList());
    }

    /** {@code name} is answered with this code alone: 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED. */
    public NameServer code(String name, int code) {
        return put(name, code, false, false, List.of());
    }

    /** {@code name} exists and has nothing. */
    public NameServer nothing(String name) {
        return code(name, 0);
    }

    /** Who asks for {@code name} waits in vain. */
    public NameServer silence(String name) {
        return put(name, 0, true, false, List.of());
    }

    /** How often was asked for {@code name}, of every type. */
    public long asked(String name) {
        return questions.stream().filter(name::equals).count();
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private NameServer put(String name, int code, boolean silent, boolean cut, List<Line> records) {
        entries.put(name, new Entry(code, silent, cut, records));
        return this;
    }

    private void byUdp() {
        byte[] room = new byte[4096];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(room, room.length);
                udp.receive(packet);
                byte[] answer = answer(Arrays.copyOf(room, packet.getLength()), true);
                if (answer.length > 0) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // Closed, or nobody waits for the answer.
            }
        }
    }

    private void byTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket accepted = tcp.accept();
                Thread.ofVirtual().name("names-tcp-one").start(() -> serve(accepted));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void serve(Socket accepted) {
        try (accepted) {
            DataInputStream in = new DataInputStream(accepted.getInputStream());
            byte[] question = in.readNBytes(in.readUnsignedShort());
            byte[] answer = answer(question, false);
            DataOutputStream out = new DataOutputStream(accepted.getOutputStream());
            out.writeShort(answer.length);
            out.write(answer);
            out.flush();
            in.readAllBytes();
        } catch (IOException e) {
            // Whoever asked has gone.
        }
    }

    private byte[] answer(byte[] question, boolean byUdp) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(question);
        short id = in.getShort();
        in.position(12);
        StringBuilder text = new StringBuilder();
        for (int length = in.get(); length > 0; length = in.get()) {
            byte[] label = new byte[length];
            in.get(label);
            text.append(text.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        String name = text.toString().toLowerCase(Locale.ROOT);
        int type = in.getShort();
        questions.add(name);
        Entry entry = entries.getOrDefault(name, new Entry(NXDOMAIN, false, false, List.of()));
        if (entry.silent) {
            return new byte[0];
        }
        boolean cut = byUdp && entry.cut;
        List<byte[]> records = new ArrayList<>();
        if (!cut) {
            collect(name, type, records);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(id);
        out.writeShort(0x8180 | entry.code | (cut ? 0x0200 : 0));
        out.writeShort(1);
        out.writeShort(records.size());
        out.writeInt(0);
        out.write(question, 12, in.position() + 2 - 12);
        for (byte[] record : records) {
            out.write(record);
        }
        return bytes.toByteArray();
    }

    private void collect(String name, int type, List<byte[]> records) throws IOException {
        Entry entry = entries.get(name);
        for (Line each : entry == null ? List.<Line>of() : entry.records) {
            if (each.type == type || each.type == CNAME) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes);
                out.write(name(name));
                out.writeShort(each.type);
                out.writeShort(1);
                out.writeInt(each.ttl);
                out.writeShort(each.content.length);
                out.write(each.content);
                records.add(bytes.toByteArray());
            }
            if (each.type == CNAME) {
                collect(text(each.content), type, records);
            }
        }
    }

    private static Line address(String literal, int ttl) {
        byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
        return new Line(bytes.length == 4 ? A : AAAA, ttl, bytes);
    }

    private static Line target(String text, int ttl) {
        String[] parts = text.split(" ", 4);
        byte[] host = name(parts[3]);
        ByteBuffer content = ByteBuffer.allocate(6 + host.length);
        for (int i = 0; i < 3; i++) {
            content.putShort((short) Integer.parseInt(parts[i]));
        }
        return new Line(SRV, ttl, content.put(host).array());
    }

    private static byte[] name(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String label : text.isEmpty() ? new String[0] : text.split("\\.")) {
            bytes.write(label.length());
            bytes.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        bytes.write(0);
        return bytes.toByteArray();
    }

    private static String text(byte[] name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; name[i] > 0; i += name[i] + 1) {
            text.append(text.isEmpty() ? "" : ".").append(new String(name, i + 1, name[i], StandardCharsets.US_ASCII));
        }
        return text.toString();
    }
}
