package io.portcullis.doctor;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a server answers to a {@link Hello}. */
sealed interface HelloReply {
    /**
     * It takes one of the offers.
     *
     * @param version for example {@code 0x0303}
     * @param group that it asks for; 0 where it did not say
     */
    record Taken(int version, int suite, int group) implements HelloReply {}

    /**
     * It refuses.
     *
     * @param number RFC 8446 §6
     */
    record Alerted(int number) implements HelloReply {}

    /** No TLS; {@code text} is its beginning, printable. */
    record Other(String text) implements HelloReply {}

    /** The connection ended without a byte. */
    record Closed() implements HelloReply {}

    /** Nothing came in time. */
    record Silent() implements HelloReply {}

    /** Asks one server by one hello. Throws where it cannot be reached. */
    static HelloReply ask(Patient patient, Hello hello) throws IOException {
        try (Line line = Line.dial(patient.address(), patient.port(), patient.patience())) {
            try {
                line.send(hello.record(patient.isNamed() ? patient.name() : ""));
                return read(line);
            } catch (SocketTimeoutException e) {
                return new Silent();
            } catch (IOException e) {
                return new Closed();
            }
        }
    }

    private static HelloReply read(Line line) throws IOException {
        DataInputStream in = new DataInputStream(line.in());
        int type = in.read();
        if (type < 0) {
            return new Closed();
        }
        if (type != 0x15 && type != 0x16) {
            byte[] more = line.rest(200);
            return new Other(printable(ByteBuffer.allocate(more.length + 1)
                    .put((byte) type)
                    .put(more)
                    .array()));
        }
        try {
            int version = in.readUnsignedShort();
            byte[] record = new byte[in.readUnsignedShort()];
            if (version >> 8 != 3) {
                return new Other("bytes that begin like TLS and are not");
            }
            in.readFully(record);
            ByteBuffer body = ByteBuffer.wrap(record);
            return type == 0x15 ? new Alerted(body.get(1) & 0xff) : taken(body);
        } catch (EOFException | RuntimeException e) {
            return new Other("bytes that begin like TLS and are not");
        }
    }

    /** RFC 8446 §4.1.3: a HelloRetryRequest has the same form. */
    private static Taken taken(ByteBuffer body) {
        body.getInt();
        int version = body.getShort();
        body.position(body.position() + 32);
        body.position(body.position() + 1 + (body.get(body.position()) & 0xff));
        int suite = body.getShort() & 0xffff;
        body.get();
        int group = 0;
        int end = body.remaining() < 2 ? body.position() : body.position() + 2 + body.getShort(body.position());
        if (body.remaining() >= 2) {
            body.getShort();
        }
        while (body.position() + 4 <= Math.min(end, body.limit())) {
            int id = body.getShort();
            int length = body.getShort();
            if (id == 43) {
                version = body.getShort(body.position());
            } else if (id == 51) {
                group = body.getShort(body.position()) & 0xffff;
            }
            body.position(body.position() + length);
        }
        return new Taken(version, suite, group);
    }

    /** At most 60 characters of it. */
    static String printable(byte[] bytes) {
        String text = new String(Arrays.copyOf(bytes, Math.min(bytes.length, 60)), StandardCharsets.ISO_8859_1);
        int line = text.indexOf('\n');
        return (line > 0 ? text.substring(0, line) : text)
                .replaceAll("[^ -~]", ".")
                .strip();
    }
}
