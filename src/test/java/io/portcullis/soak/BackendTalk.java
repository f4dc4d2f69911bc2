package io.portcullis.soak;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** What a backend says on one connection: for each request one of {@link Mood}, at random. */
final class BackendTalk {
    /** How a request is answered. */
    enum Mood {
        LENGTH,
        CHUNKED,
        INTERIM,
        UNTIL_CLOSE,
        CRAWL,
        HANG,
        RESET,
        RESET_IN_BODY,
        GARBAGE,
        SURPLUS
    }

    private static final Mood[] MOODS = Mood.values();
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Socket socket;
    private final Pace pace;
    private final Ledger ledger;
    private final boolean steady;
    private final BackendRequest reader;
    private final OutputStream out;

    BackendTalk(Socket socket, Pace pace, Ledger ledger, boolean steady) throws IOException {
        this.socket = socket;
        this.pace = pace;
        this.ledger = ledger;
        this.steady = steady;
        this.reader = new BackendRequest(new BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
    }

    void run() throws IOException {
        boolean goOn = true;
        while (goOn && reader.read()) {
            if (!reader.isSound()) {
                ledger.wrong("backend got a malformed request", reader.describe());
                return;
            }
            ledger.count("backend: request");
            goOn = reader.upgrade() ? tunnel() : answer(mood());
        }
    }

    private Mood mood() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return steady || random.nextInt(100) < 60
                ? MOODS[random.nextInt(3)]
                : MOODS[3 + random.nextInt(MOODS.length - 3)];
    }

    private boolean answer(Mood mood) throws IOException {
        ledger.count("backend: " + mood);
        byte[] body = body(reader.token(), reader.size());
        switch (mood) {
            case LENGTH -> send(head("Content-Length: " + body.length) + text(body));
            case INTERIM ->
                send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + head("Content-Length: " + body.length)
                        + text(body));
            case CHUNKED -> chunked(body);
            case UNTIL_CLOSE -> {
                send(head("Connection: close") + text(body));
                return false;
            }
            case CRAWL -> crawl(body);
            case HANG -> {
                pace.pass(1500);
                return false;
            }
            case RESET -> reset();
            case RESET_IN_BODY -> {
                send(head("Content-Length: " + (body.length + 1)) + text(body));
                reset();
            }
            case GARBAGE -> {
                send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n\0\r\nnonsense");
                return false;
            }
            case SURPLUS ->
                send(head("Content-Length: " + body.length) + text(body)
                        + "HTTP/1.1 200 OK\r\nX-Token: poison\r\nContent-Length: 6\r\n\r\npoison");
        }
        return mood != Mood.RESET && mood != Mood.RESET_IN_BODY;
    }

    private String head(String framing) {
        return "HTTP/1.1 200 OK\r\nX-Token: " + reader.token() + "\r\nX-Got: " + reader.bodyLength() + "\r\n" + framing
                + "\r\n\r\n";
    }

    /** What the answer to {@code token} consists of: the token, over and over. */
    static byte[] body(String token, int size) {
        byte[] body = new byte[size];
        for (int i = 0; i < size; i++) {
            body[i] = (byte) token.charAt(i % token.length());
        }
        return body;
    }

    private void chunked(byte[] body) throws IOException {
        StringBuilder wire = new StringBuilder(head("Transfer-Encoding: chunked"));
        for (int from = 0; from < body.length; from += 5000) {
            int size = Math.min(5000, body.length - from);
            wire.append(Integer.toHexString(size)).append("\r\n");
            wire.append(new String(body, from, size, StandardCharsets.ISO_8859_1))
                    .append("\r\n");
        }
        send(wire.append("0\r\nX-Trailer: t\r\n\r\n").toString());
    }

    private void crawl(byte[] body) throws IOException {
        send(head("Content-Length: " + body.length));
        int piece = Math.max(1, body.length / 8);
        for (int from = 0; from < body.length; from += piece) {
            pace.pass(30);
            out.write(body, from, Math.min(piece, body.length - from));
        }
    }

    private void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private boolean tunnel() throws IOException {
        ledger.count("backend: WebSocket");
        send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                + proof(reader.key()) + "\r\n\r\n");
        byte[] buffer = new byte[4096];
        for (int n = reader.in().read(buffer); n >= 0; n = reader.in().read(buffer)) {
            out.write(buffer, 0, n);
        }
        return false;
    }

    private static String proof(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(String latin1) throws IOException {
        out.write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }
}
