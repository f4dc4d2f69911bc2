package io.portcullis.soak;

import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** One client's means: it connects, asks, and compares every answer with its question. */
final class Visitor {
    /** How one kind of client behaves on one visit. */
    @FunctionalInterface
    interface Habit {
        void visit(Visitor visitor) throws IOException;
    }

    /** What may come instead of 200 when backends fail. */
    private static final Set<Integer> EXCUSES = Set.of(502, 503, 504);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Doors doors;
    private final Pace pace;
    private final Ledger ledger;

    /** Where the proxy listens. */
    record Doors(int plain, int tls, TlsOffer offer) {}

    Visitor(Doors doors, Pace pace, Ledger ledger) {
        this.doors = doors;
        this.pace = pace;
        this.ledger = ledger;
    }

    /** Visits until the soak is over. */
    void stay(String name, Habit habit) {
        try {
            while (pace.enter()) {
                try {
                    habit.visit(this);
                    ledger.count("visit: " + name);
                } catch (IOException e) {
                    ledger.count("visit cut: " + name);
                } catch (AssertionError | RuntimeException e) {
                    ledger.wrong(
                            name,
                            String.valueOf(e)
                                    .substring(
                                            0, Math.min(600, String.valueOf(e).length())));
                } finally {
                    pace.leave();
                }
                pause(20 + random(100));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    RawClient connect() throws IOException {
        return connect(random(2) == 0, 0);
    }

    RawClient connect(boolean secure, int receiveBuffer) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), secure ? doors.tls() : doors.plain());
        RawClient client =
                secure ? RawClient.tls(address, doors.offer(), receiveBuffer) : RawClient.plain(address, receiveBuffer);
        ledger.count(secure ? "connection: TLS" : "connection: plain");
        return client.within(PATIENCE);
    }

    /** Bytes of whatever kind on the TLS port. */
    RawClient connectBare() throws IOException {
        ledger.count("connection: bare on the TLS port");
        return RawClient.plain(doors.tls()).within(PATIENCE);
    }

    /** A word that no other request has. */
    String token() {
        return Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
    }

    String get(String token, int size) {
        return "GET /r/" + token + "/" + size + " HTTP/1.1\r\nHost: soak.example\r\n\r\n";
    }

    /** Reads the answer to a question; false where the connection is of no more use. */
    boolean compare(RawClient client, String token, int size, long sent) throws IOException {
        RawResponse answer = client.readResponse();
        while (answer.status() / 100 == 1) {
            ledger.count("answer: " + answer.status());
            answer = client.readResponse();
        }
        ledger.count("answer: " + answer.status());
        if (answer.status() != 200) {
            if (!EXCUSES.contains(answer.status())) {
                ledger.wrong("answer " + answer.status(), answer.head().raw());
            }
        } else if (!token.equals(answer.value("X-Token")) || !isOf(token, size, answer.body())) {
            ledger.wrong(
                    "somebody else's answer", token + " got " + answer.head().raw());
        } else if (!Long.toString(sent).equals(answer.value("X-Got"))) {
            ledger.wrong(
                    "a body of another length",
                    sent + " bytes, " + answer.head().raw());
        }
        return !"close".equalsIgnoreCase(String.valueOf(answer.value("Connection")));
    }

    private static boolean isOf(String token, int size, String body) {
        return body.length() == size
                && body.equals(new String(BackendTalk.body(token, size), java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    void count(String what) {
        ledger.count(what);
    }

    void wrong(String what, String example) {
        ledger.wrong(what, example);
    }

    int random(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    void pause(int millis) {
        pace.pass(millis);
    }
}
