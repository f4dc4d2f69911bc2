package io.portcullis.soak;

import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The kinds of clients there are, good and bad. */
enum Habits {
    /** Several requests on one connection, with bodies of either framing. */
    GOOD(12) {
        @Override
        void visit(Visitor visitor) throws IOException {
            try (RawClient client = visitor.connect()) {
                boolean goOn = true;
                for (int i = 0; i < 8 && goOn; i++) {
                    String token = visitor.token();
                    int size = visitor.random(20_000);
                    long sent = ask(visitor, client, token, size);
                    goOn = visitor.compare(client, token, size, sent);
                }
            }
        }

        private long ask(Visitor visitor, RawClient client, String token, int size) throws IOException {
            String start = "POST /r/" + token + "/" + size + " HTTP/1.1\r\nHost: soak.example\r\n";
            int length = visitor.random(30_000);
            String framing;
            long sent;
            switch (visitor.random(3)) {
                case 0 -> {
                    client.send(visitor.get(token, size));
                    return 0;
                }
                case 1 -> {
                    framing = "Content-Length: " + length + "\r\n\r\n" + "b".repeat(length);
                    sent = length;
                }
                default -> {
                    framing = "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(length + 1) + "\r\n"
                            + "c".repeat(length + 1) + "\r\n1;x=\"y\"\r\nd\r\n0\r\nX-Sum: 1\r\n\r\n";
                    sent = length + 2L;
                }
            }
            client.send(start + framing);
            return sent;
        }
    },
    /** Five requests at once; the answers must come in order. */
    PIPELINING(3) {
        @Override
        void visit(Visitor visitor) throws IOException {
            try (RawClient client = visitor.connect()) {
                List<String> tokens = Stream.generate(visitor::token).limit(5).toList();
                client.send(String.join(
                        "",
                        tokens.stream().map(token -> visitor.get(token, 500)).toList()));
                boolean goOn = true;
                for (int i = 0; i < tokens.size() && goOn; i++) {
                    goOn = visitor.compare(client, tokens.get(i), 500, 0);
                }
            }
        }
    },
    /** Sends a byte or two at a time. */
    SLOW_SENDER(3) {
        @Override
        void visit(Visitor visitor) throws IOException {
            try (RawClient client = visitor.connect()) {
                String token = visitor.token();
                String request = visitor.get(token, 100);
                for (int i = 0; i < request.length(); i += 3) {
                    client.send(request.substring(i, Math.min(request.length(), i + 3)));
                    visitor.pause(5);
                }
                visitor.compare(client, token, 100, 0);
            }
        }
    },
    /** Reads a large answer in small bites through a small window, and now and then gives up. */
    SLOW_READER(3) {
        @Override
        void visit(Visitor visitor) throws IOException {
            try (RawClient client = visitor.connect(visitor.random(2) == 0, 4096)) {
                String token = visitor.token();
                client.send(visitor.get(token, 400_000));
                visitor.pause(300);
                if (visitor.random(3) == 0) {
                    visitor.count("slow reader: gave up");
                    return;
                }
                visitor.compare(client, token, 400_000, 0);
            }
        }
    },
    /** Leaves by reset or close: in the head, in the body, before the answer, in the answer. */
    ABORTING(4) {
        @Override
        void visit(Visitor visitor) throws IOException {
            RawClient client = visitor.connect();
            try (client) {
                String token = visitor.token();
                switch (visitor.random(4)) {
                    case 0 -> client.send(visitor.get(token, 10).substring(0, 20));
                    case 1 ->
                        client.send("POST /r/" + token + "/10 HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
                    case 2 -> client.send(visitor.get(token, 100_000));
                    default -> {
                        client.send(visitor.get(token, 300_000));
                        client.readSome(1000);
                    }
                }
                visitor.pause(visitor.random(30));
                if (visitor.random(2) == 0) {
                    client.reset();
                }
            }
        }
    },
    /** Says that it will say no more, and waits for its answer. */
    HALF_CLOSING(2) {
        @Override
        void visit(Visitor visitor) throws IOException {
            try (RawClient client = visitor.connect(false, 8192)) {
                String token = visitor.token();
                int size = visitor.random(4) == 0 ? 2_000_000 : 3000;
                client.send(visitor.get(token, size));
                client.halfClose();
                visitor.compare(client, token, size, 0);
            }
        }
    },
    /** Turns the connection into a WebSocket, talks, and closes, ends its direction and waits, or vanishes. */
    WEBSOCKET(3) {
        @Override
        void visit(Visitor visitor) throws IOException {
            try (RawClient client = visitor.connect()) {
                client.send("GET /r/" + visitor.token() + "/1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                RawHead head = client.readHead();
                if (!head.startLine().startsWith("HTTP/1.1 101")) {
                    visitor.count("WebSocket refused: " + head.startLine());
                    return;
                }
                for (int i = 0; i < 10; i++) {
                    String frame = visitor.token() + "\0\r\n\r\n";
                    client.send(frame);
                    if (!client.readExactly(frame.length()).equals(frame)) {
                        visitor.wrong("WebSocket", "another echo");
                    }
                    visitor.pause(20);
                }
                switch (visitor.random(3)) {
                    case 0 -> client.reset();
                    case 1 -> {
                        client.halfClose();
                        client.awaitClose();
                    }
                    default -> visitor.count("WebSocket: closed");
                }
            }
        }
    },
    /** Sends what fuzzing starts from, and reads until it is thrown out or waits in vain. */
    MALFORMED(4) {
        @Override
        void visit(Visitor visitor) throws IOException {
            byte[] bytes = NASTY.get(visitor.random(NASTY.size()));
            try (RawClient client = visitor.connect(visitor.random(2) == 0, 0)) {
                client.sendBytes(bytes);
                client.halfClose();
                client.readAll();
            }
        }
    },
    /** Says part of something, or nothing, and waits to be thrown out. */
    SILENT(4) {
        @Override
        void visit(Visitor visitor) throws IOException {
            try (RawClient client = visitor.connect()) {
                String token = visitor.token();
                switch (visitor.random(4)) {
                    case 0 -> client.send("GET /half HTTP/1.1\r\nHo");
                    case 1 ->
                        client.send("POST /r/" + token + "/9 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
                    case 2 -> client.send(visitor.get(token, 9));
                    default -> visitor.count("silent: not a byte");
                }
                client.readAll();
            }
        }
    },
    /** Does not speak TLS on the TLS port, or leaves in its handshake. */
    BARE(2) {
        @Override
        void visit(Visitor visitor) throws IOException {
            try (RawClient client = visitor.connectBare()) {
                switch (visitor.random(3)) {
                    case 0 -> client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readAll();
                    case 1 -> client.send("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");
                    default -> client.send("\u0000\u00ff\u0080 nonsense").readAll();
                }
            }
        }
    };

    private static final List<byte[]> NASTY = nasty();

    private final int number;

    Habits(int number) {
        this.number = number;
    }

    /** How many clients have it. */
    int number() {
        return number;
    }

    abstract void visit(Visitor visitor) throws IOException;

    private static List<byte[]> nasty() {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz/request"))) {
            List<byte[]> all = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                all.add(Files.readAllBytes(file));
            }
            all.add("\u0016\u0003\u0001".getBytes(StandardCharsets.ISO_8859_1));
            return List.copyOf(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
