package io.portcullis.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request's turn at an {@link Origin}: what a {@link Script} works with. Used by the connection's own thread only. */
public final class Turn {
    private static final int PIECE = 16 * 1024;

    private final OriginConnection connection;
    private final RawHead head;
    private @Nullable RawRequest request;
    private boolean bodyTaken;

    Turn(OriginConnection connection, RawHead head) {
        this.connection = connection;
        this.head = head;
    }

    public RawHead head() {
        return head;
    }

    public OriginConnection connection() {
        return connection;
    }

    /** The request with its body, which is read now if it was not yet; that records it with the origin. */
    public RawRequest request() throws IOException {
        RawRequest known = request;
        if (known != null) {
            return known;
        }
        RawBody body = bodyTaken ? RawBody.NONE : RawBody.ofRequest(head, connection.feed());
        bodyTaken = true;
        RawRequest read = RawRequest.of(head, body, connection.index());
        request = read;
        connection.record(read);
        return read;
    }

    /** Reads a body of known length without keeping it, and records the request without it; a chunked body is kept all the same. */
    public void swallowBody() throws IOException {
        String length = head.value("content-length");
        if (length != null) {
            bodyTaken = true;
            for (long left = Long.parseLong(length); left > 0; ) {
                int n = (int) Math.min(left, PIECE);
                connection.feed().readExactly(n);
                left -= n;
            }
        }
        request();
    }

    /** Latin-1 as it stands. Returns this, so that a script reads as one line. */
    public Turn send(String latin1) throws IOException {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        connection.wire().write(bytes, 0, bytes.length);
        return this;
    }

    /** Sends, and closes if the response's head says so or its body has no other end. */
    public void respond(String response) throws IOException {
        send(response);
        int end = response.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        RawHead sent = RawHead.parse(response.substring(0, end + 4));
        boolean bodyless =
                head.startLine().startsWith("HEAD ") || sent.startLine().matches("HTTP/1\\.\\d (1\\d\\d|204|304).*");
        boolean framed = sent.has("content-length") || sent.has("transfer-encoding");
        if (sent.lists("connection", "close") || (!bodyless && !framed)) {
            close();
        }
    }

    public void sendSlowly(String latin1, int piece, Duration pause) throws IOException {
        for (int i = 0; i < latin1.length(); i += piece) {
            send(latin1.substring(i, Math.min(latin1.length(), i + piece)));
            connection.awaitStop(pause);
        }
    }

    /** At least one byte and at most {@code most} of what follows the head; empty at the peer's end. */
    public String readSome(int most) throws IOException {
        bodyTaken = true;
        return connection.feed().readSome(most);
    }

    /** Sends back every byte until the peer ends, and then ends too. */
    public void echoRaw() throws IOException {
        for (String bytes = readSome(PIECE); !bytes.isEmpty(); bytes = readSome(PIECE)) {
            send(bytes);
        }
        close();
    }

    /** Silence: until the peer ends where the body is read, else until the origin stops. */
    public void hang() throws IOException {
        if (bodyTaken) {
            connection.feed().readAll();
        } else {
            connection.awaitStop(OriginConnection.FOREVER);
        }
        close();
    }

    public void halfClose() throws IOException {
        connection.wire().halfClose();
    }

    public void reset() throws IOException {
        connection.reset();
    }

    public void close() throws IOException {
        connection.close();
    }
}
