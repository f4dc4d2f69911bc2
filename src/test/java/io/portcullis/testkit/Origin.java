package io.portcullis.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * A scripted backend on a free port: answers as the current {@link Script} says and keeps what it saw, byte by byte. The script
 * is looked up anew for each request, so a test may change it while connections stay open. A script that fails by anything but
 * {@link IOException} (a request that cannot be parsed, for example) fails the test at {@link #close}.
 */
public final class Origin implements AutoCloseable {
    private final DoorMaker doorMaker;
    private final List<OriginConnection> connections = new ArrayList<>();
    private final Queue<RawHead> heads = new ConcurrentLinkedQueue<>();
    private final Queue<RawRequest> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger headCount = new AtomicInteger();
    private final AtomicInteger requestCount = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile Script script = Script.ok("ok");
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile Duration keepAlive = OriginConnection.FOREVER;
    private volatile Door door;
    private volatile Thread porter;

    private Origin(DoorMaker doorMaker) throws IOException {
        this.doorMaker = doorMaker;
        this.door = doorMaker.open(0);
        this.porter = porterOf(door);
        porter.start();
    }

    /** On 127.0.0.1; answers 200 "ok" until told otherwise. */
    public static Origin start() {
        return start(0);
    }

    /** On 127.0.0.1 with {@code receiveBuffer} bytes of kernel buffer per connection; 0 leaves the system's choice. */
    public static Origin start(int receiveBuffer) {
        return started(port -> Door.tcp(port, receiveBuffer, null));
    }

    /** On the port of {@code other}, at {@code host}, another loopback address such as {@code 127.0.0.2}. */
    public static Origin startBeside(Origin other, String host) {
        return started(port -> Door.tcp(InetAddress.ofLiteral(host), other.port(), 0, null));
    }

    /** On 127.0.0.1 with TLS. */
    public static Origin startTls(SSLContext tls) {
        return started(port -> Door.tcp(port, 0, tls));
    }

    /** On a Unix socket at {@code path}, which must not exist. */
    public static Origin startUnix(Path path) {
        return started(port -> Door.unix(path));
    }

    private static Origin started(DoorMaker doorMaker) {
        try {
            return new Origin(doorMaker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a configuration writes it: {@code 127.0.0.1:34567} or {@code unix:/path}. */
    public String address() {
        return door.address();
    }

    /** 0 for a Unix socket. */
    public int port() {
        return door.port();
    }

    /** Answers by {@code newScript} from the next request on. */
    public Origin answer(Script newScript) {
        script = newScript;
        return this;
    }

    /** Answers with these bytes. */
    public Origin respond(String response) {
        return answer(Script.respond(response));
    }

    /** Answers with bytes made from the request. */
    public Origin respond(Function<RawRequest, String> responder) {
        return answer(Script.respond(responder));
    }

    /** Closes a connection on which nothing has come for {@code idle} after a response; from the next response on. */
    public Origin keepAlive(Duration idle) {
        keepAlive = idle;
        return this;
    }

    /** Lets requests arrive and be recorded, and answers none until {@link #release}. */
    public synchronized void hold() {
        if (gate.getCount() == 0) {
            gate = new CountDownLatch(1);
        }
    }

    public synchronized void release() {
        gate.countDown();
    }

    /** Every request whose body was read (or swallowed), in order of that. */
    public List<RawRequest> requests() {
        return List.copyOf(requests);
    }

    public int requestCount() {
        return requestCount.get();
    }

    /** Waits for at least {@code count} requests in all. */
    public List<RawRequest> awaitRequests(int count) {
        Await.until(() -> requestCount.get() >= count, () -> count + " requests, saw " + requests(), Await.LIMIT);
        return requests();
    }

    /** Waits for the first request. */
    public RawRequest awaitRequest() {
        return awaitRequests(1).getFirst();
    }

    /** Waits for at least {@code count} heads in all, whether their bodies were read or not. */
    public List<RawHead> awaitHeads(int count) {
        Await.until(() -> headCount.get() >= count, () -> count + " heads, saw " + heads, Await.LIMIT);
        return List.copyOf(heads);
    }

    /** Every connection accepted so far, ended ones included. */
    public List<OriginConnection> connections() {
        synchronized (connections) {
            return List.copyOf(connections);
        }
    }

    /** Waits for at least {@code count} connections in all. */
    public List<OriginConnection> awaitConnections(int count) {
        Await.until(() -> connections().size() >= count, count + " connections");
        return connections();
    }

    /**
     * Closes the port, so that it refuses, and every connection. The kernel closes a socket only when the last thread has left it:
     * without waiting for that, the next client would still be let in.
     */
    public void stop() throws IOException {
        closeDoor();
        release();
        for (OriginConnection connection : connections()) {
            connection.close();
        }
        connections().forEach(OriginConnection::awaitEnd);
    }

    /** Closes the port, so that it refuses; connections that are open stay. */
    public void closeDoor() throws IOException {
        door.close();
        Await.until(() -> !porter.isAlive(), "end of accepting at " + address());
    }

    /** Opens the same port again after {@link #stop}, which a script must not call. */
    public void restart() throws IOException {
        Door again = doorMaker.open(door.port());
        door = again;
        porter = porterOf(again);
        porter.start();
    }

    /** Stops, and fails if a script failed. */
    @Override
    public void close() throws IOException {
        stop();
        Throwable failure = failures.poll();
        if (failure != null) {
            throw new AssertionError("origin " + address() + ": a script failed: " + failure, failure);
        }
    }

    private Thread porterOf(Door open) {
        return Thread.ofVirtual().name("origin-accept").unstarted(() -> {
            try {
                while (true) {
                    OriginConnection connection = add(open.accept());
                    Thread.ofVirtual().name("origin-" + connection.index()).start(() -> serve(connection));
                }
            } catch (IOException e) {
                // The door was closed: that is how a test ends this loop.
            }
        });
    }

    private OriginConnection add(Wire wire) {
        synchronized (connections) {
            OriginConnection connection = new OriginConnection(connections.size(), wire, this::record);
            connections.add(connection);
            return connection;
        }
    }

    private void record(RawRequest request) {
        requests.add(request);
        requestCount.incrementAndGet();
    }

    private void serve(OriginConnection connection) {
        try {
            boolean patient = true;
            while (patient && !connection.isClosed() && !connection.feed().atEnd()) {
                serveOne(connection);
                patient = connection.isClosed() || !connection.feed().isSilent(keepAlive);
            }
        } catch (IOException e) {
            // The peer went away, or the test closed the connection: both are part of the play.
        } catch (RuntimeException | AssertionError e) {
            failures.add(e);
        } finally {
            connection.ended();
        }
    }

    private void serveOne(OriginConnection connection) throws IOException {
        RawHead head = RawHead.parse(connection.feed().readThrough("\r\n\r\n"));
        heads.add(head);
        headCount.incrementAndGet();
        Script current = script;
        Turn turn = new Turn(connection, head);
        if (current.readsBodyFirst()) {
            turn.request();
        }
        OriginConnection.await(gate, OriginConnection.FOREVER);
        current.answer(turn);
        if (!connection.isClosed()) {
            turn.request();
        }
    }

    @FunctionalInterface
    private interface DoorMaker {
        Door open(int port) throws IOException;
    }
}
