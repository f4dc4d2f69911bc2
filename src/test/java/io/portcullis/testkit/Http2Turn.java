package io.portcullis.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One request to an {@link Http2Origin}, and the way to answer it. */
public final class Http2Turn {
    private final Http2OriginConnection connection;
    private final int stream;
    private final List<RawHead.Field> fields;
    private final StringBuilder body = new StringBuilder();
    private volatile List<RawHead.Field> trailers = List.of();
    private volatile boolean complete;
    private volatile boolean hoarding;
    private volatile boolean gone;
    private volatile String reset = "";
    private final AtomicLong received = new AtomicLong();
    private long window;

    Http2Turn(Http2OriginConnection connection, int stream, List<RawHead.Field> fields, boolean last, long window) {
        this.connection = connection;
        this.stream = stream;
        this.fields = fields;
        this.complete = last;
        this.window = window;
    }

    public Http2OriginConnection connection() {
        return connection;
    }

    public int stream() {
        return stream;
    }

    /** The first value of {@code name}, pseudo-header fields too; null where there is none. */
    public @Nullable String value(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(RawHead.Field::value)
                .findFirst()
                .orElse(null);
    }

    /** Gives no window back. */
    void hoard() {
        hoarding = true;
    }

    /** Bytes of the body that came so far. */
    public long received() {
        return received.get();
    }

    /** Waits for the request's end. */
    public RawRequest request() throws IOException {
        Await.until(() -> complete || isReset() || gone, "end of the request on stream " + stream);
        if (!complete) {
            throw new IOException("stream " + stream + " is over: " + reset);
        }
        String line = value(":method") + " " + value(":path") + " HTTP/2";
        List<RawHead.Field> plain =
                fields.stream().filter(field -> !field.name().startsWith(":")).toList();
        synchronized (body) {
            return new RawRequest(new RawHead("", line, plain), body.toString(), List.of(), trailers, 0);
        }
    }

    /** Takes its time. */
    public Http2Turn pause(Duration time) throws IOException {
        OriginConnection.await(new CountDownLatch(1), time);
        return this;
    }

    /** Waits until the peer resets the stream, and returns the code. */
    public String awaitReset() {
        Await.until(this::isReset, "RST_STREAM on stream " + stream);
        return reset;
    }

    /** Whether the peer has reset the stream. */
    public boolean isReset() {
        return !reset.isEmpty();
    }

    /** Sends what {@code response}, written as HTTP/1.1, says: interim heads, head, body, trailers. */
    public void respond(String response) throws IOException {
        Http1Text text = Http1Text.parse(response);
        while (text.isInterim()) {
            head(text, false);
            text = Http1Text.parse(text.rest());
        }
        boolean trailed = !text.trailers().isEmpty();
        boolean empty = text.body().isEmpty();
        head(text, empty && !trailed);
        if (!empty) {
            data(text.body(), !trailed);
        }
        if (trailed) {
            RawBlock block = new RawBlock();
            text.trailers().forEach(field -> block.field(field.name(), field.value()));
            send(RawFrame.headers(stream, true, block));
        }
    }

    /** Sends a head, and leaves the stream open. */
    public Http2Turn head(int status, String... more) throws IOException {
        RawBlock block = RawBlock.of(":status", Integer.toString(status));
        for (int i = 0; i < more.length; i += 2) {
            block.field(more[i], more[i + 1]);
        }
        send(RawFrame.headers(stream, false, block));
        return this;
    }

    /** Sends DATA, Latin-1, as the windows allow. */
    public Http2Turn data(String latin1, boolean last) throws IOException {
        connection.data(this, latin1.getBytes(StandardCharsets.ISO_8859_1), last);
        return this;
    }

    public Http2Turn reset(int stream, String code) throws IOException {
        return send(RawFrame.reset(stream, code));
    }

    public Http2Turn send(RawFrame... frames) throws IOException {
        connection.send(frames);
        return this;
    }

    private void head(Http1Text text, boolean last) throws IOException {
        RawBlock block = RawBlock.of(":status", text.status());
        text.passedFields().forEach(field -> block.field(field.name(), field.value()));
        send(RawFrame.headers(stream, last, block));
    }

    // ---- what its connection tells it ----

    /** Says whether the windows are to be given back. */
    boolean data(byte[] bytes, boolean last) {
        synchronized (body) {
            body.append(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        received.addAndGet(bytes.length);
        if (last) {
            complete = true;
        }
        return !hoarding;
    }

    void trailers(List<RawHead.Field> after) {
        trailers = new ArrayList<>(after);
        complete = true;
    }

    void reset(String code) {
        reset = code;
    }

    void gone() {
        gone = true;
    }

    long window() {
        return window;
    }

    void widen(long by) {
        window += by;
    }
}
