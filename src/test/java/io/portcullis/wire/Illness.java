package io.portcullis.wire;

import static io.portcullis.wire.Site.OK;

import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.Origin;
import java.io.IOException;
import java.time.Duration;

/** What may befall a backend, and how it gets well again. */
enum Illness {
    /** Its port refuses, and connections end, in the middle of whatever they do. */
    DIES,
    /** It takes requests, and answers none. */
    HANGS,
    SLOWS_DOWN,
    RESETS,
    CLOSES,
    SAYS_502,
    /** What is no HTTP. */
    TALKS_GARBAGE;

    private static final Duration LATE = Duration.ofMillis(100);

    void befalls(Origin victim) throws IOException {
        switch (this) {
            case DIES -> victim.stop();
            case HANGS -> victim.hold();
            case RESETS ->
                victim.answer(turn -> {
                    turn.request();
                    turn.reset();
                });
            case CLOSES ->
                victim.answer(turn -> {
                    turn.request();
                    turn.close();
                });
            case SAYS_502 -> victim.respond("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
            case TALKS_GARBAGE ->
                victim.answer(turn -> {
                    turn.request();
                    turn.send("\u0000\u0001 nonsense\r\n\r\n");
                });
            case SLOWS_DOWN ->
                victim.answer(turn -> {
                    turn.request();
                    turn.sendSlowly(OK, OK.length() / 2, LATE);
                });
        }
    }

    void leaves(Origin victim) throws IOException {
        switch (this) {
            case DIES -> victim.restart();
            case HANGS -> victim.release();
            default -> victim.respond(OK);
        }
    }

    void befalls(Http2Origin victim) throws IOException {
        switch (this) {
            case DIES -> victim.stop();
            case HANGS -> victim.answer(turn -> turn.request());
            case RESETS -> victim.answer(turn -> turn.reset(turn.stream(), "INTERNAL_ERROR"));
            case CLOSES -> victim.answer(turn -> turn.connection().close());
            case SAYS_502 -> victim.respond("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
            case TALKS_GARBAGE -> victim.answer(turn -> turn.connection().sendBytes("\u00ff".repeat(9)));
            case SLOWS_DOWN -> victim.answer(turn -> turn.pause(LATE).respond(OK));
        }
    }

    void leaves(Http2Origin victim) throws IOException {
        if (this == DIES) {
            victim.restart();
        } else {
            victim.respond(OK);
        }
    }
}
