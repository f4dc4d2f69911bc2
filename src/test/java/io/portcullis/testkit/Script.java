package io.portcullis.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/** How an {@link Origin} answers one request. A script may throw {@link IOException}: the peer went away, the connection ends. */
@FunctionalInterface
public interface Script {
    void answer(Turn turn) throws IOException;

    /** Whether the request's body is read, and the request recorded, before {@link #answer} is called. */
    default boolean readsBodyFirst() {
        return true;
    }

    /** A response as it stands; closes after one that says {@code Connection: close}, or whose body nothing else ends. */
    static Script respond(String response) {
        return turn -> turn.respond(response);
    }

    /** A response made from the request; closes like {@link #respond(String)}. */
    static Script respond(Function<RawRequest, String> responder) {
        return turn -> turn.respond(responder.apply(turn.request()));
    }

    /** 200 with a text body. */
    static Script ok(String body) {
        return respond(okResponse(body));
    }

    /** 200 with the request's body. */
    static Script echo() {
        return respond(request -> okResponse(request.body()));
    }

    private static String okResponse(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Part of a response, or garbage, or nothing ({@code ""}), and then the end. */
    static Script partThenClose(String part) {
        return turn -> turn.send(part).close();
    }

    /** Part of a response, or nothing, and then RST. */
    static Script partThenReset(String part) {
        return turn -> turn.send(part).reset();
    }

    /** Part of a response, or nothing, and then silence until either end closes. */
    static Script partThenHang(String part) {
        return turn -> turn.send(part).hang();
    }

    /** A response in pieces of {@code piece} bytes with {@code pause} between two. */
    static Script slowly(String response, int piece, Duration pause) {
        return turn -> turn.sendSlowly(response, piece, pause);
    }

    /** Sends {@code response} (a 101, or a 200 to CONNECT) and from then on sends back every byte. */
    static Script tunnel(String response) {
        return turn -> turn.send(response).echoRaw();
    }

    /** Reads the body without keeping it, then responds: for bodies too large to record. */
    static Script swallow(String response) {
        return unread(turn -> {
            turn.swallowBody();
            turn.respond(response);
        });
    }

    /** Never reads the body and never answers: what arrived at all shows in {@link OriginConnection#bytesRead}. */
    static Script deaf() {
        return unread(Turn::hang);
    }

    /** The same script, called when the head is read and the body is not. */
    static Script unread(Script script) {
        return new Script() {
            @Override
            public void answer(Turn turn) throws IOException {
                script.answer(turn);
            }

            @Override
            public boolean readsBodyFirst() {
                return false;
            }
        };
    }
}
