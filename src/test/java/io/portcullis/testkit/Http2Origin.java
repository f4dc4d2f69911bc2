package io.portcullis.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A scripted backend that speaks HTTP/2 by prior knowledge, frame by frame: the twin of {@link Origin}. A script that fails by
 * anything but {@link IOException} fails the test at {@link #close}.
 */
public final class Http2Origin implements AutoCloseable {
    private final int[] settings;
    private final List<Http2OriginConnection> connections = new CopyOnWriteArrayList<>();
    private final List<Http2Turn> turns = new CopyOnWriteArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile ServerSocket door;
    private volatile Thread porter;
    private volatile String hoarded = "";
    private volatile Http2Script script = turn -> turn.respond("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    private Http2Origin(int... settings) throws IOException {
        this.settings = settings;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.porter = porterOf(door);
    }

    /** On 127.0.0.1; its SETTINGS are identifiers and values in turn. Answers 200 "ok" until told otherwise. */
    public static Http2Origin start(int... settings) {
        try {
            return new Http2Origin(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a configuration writes it. */
    public String address() {
        return "127.0.0.1:" + door.getLocalPort();
    }

    public Http2Origin answer(Http2Script newScript) {
        script = newScript;
        return this;
    }

    /** Answers with what {@code response}, written as HTTP/1.1, says. */
    public Http2Origin respond(String response) {
        return answer(turn -> {
            turn.request();
            turn.respond(response);
        });
    }

    /** Answers with what is made from the whole request. */
    public Http2Origin respond(Function<RawRequest, String> responder) {
        return answer(turn -> turn.respond(responder.apply(turn.request())));
    }

    /** Gives back no window for what comes in requests to {@code path}. */
    public Http2Origin hoard(String path) {
        hoarded = path;
        return this;
    }

    /** Every connection so far. */
    public List<Http2OriginConnection> connections() {
        return List.copyOf(connections);
    }

    /** Every request whose head came so far. */
    public List<Http2Turn> turns() {
        return List.copyOf(turns);
    }

    /** Waits for at least {@code count} heads in all. */
    public List<Http2Turn> awaitTurns(int count) {
        Await.until(() -> turns.size() >= count, () -> count + " requests, saw " + turns.size(), Await.LIMIT);
        return turns();
    }

    /** Waits for the first head. */
    public Http2Turn awaitTurn() {
        return awaitTurns(1).getFirst();
    }

    /** Closes the port, so that it refuses, and every connection. The kernel closes a port only when the last thread has left it. */
    public void stop() throws IOException {
        door.close();
        Await.until(() -> !porter.isAlive(), "end of accepting at " + address());
        for (Http2OriginConnection connection : connections) {
            connection.close();
        }
        connections.forEach(Http2OriginConnection::awaitEnd);
    }

    /** Opens the same port again after {@link #stop}. */
    public void restart() throws IOException {
        door = new ServerSocket(door.getLocalPort(), 50, InetAddress.getLoopbackAddress());
        porter = porterOf(door);
    }

    @Override
    public void close() throws IOException {
        stop();
        Throwable failure = failures.poll();
        if (failure != null) {
            throw new AssertionError("origin " + address() + ": a script failed: " + failure, failure);
        }
    }

    private Thread porterOf(ServerSocket open) {
        return Thread.ofVirtual().name("h2-origin-accept").start(() -> {
            try {
                while (true) {
                    Http2OriginConnection connection = new Http2OriginConnection(open.accept(), this::begin);
                    connections.add(connection);
                    Thread.ofVirtual().name("h2-origin").start(() -> connection.serve(settings));
                }
            } catch (IOException e) {
                // The door was closed: that is how a test ends this loop.
            }
        });
    }

    private void begin(Http2Turn turn) {
        if (hoarded.equals(turn.value(":path"))) {
            turn.hoard();
        }
        turns.add(turn);
        Http2Script current = script;
        Thread.ofVirtual().name("h2-origin-turn").start(() -> {
            try {
                current.answer(turn);
            } catch (IOException e) {
                // The peer went away, or reset the stream: part of the play.
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
            }
        });
    }
}
