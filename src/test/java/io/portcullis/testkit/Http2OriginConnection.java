package io.portcullis.testkit;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/** One connection to an {@link Http2Origin}. Windows are given back as data comes, but for turns that hoard. */
public final class Http2OriginConnection {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MOST = 16384;

    private final Socket socket;
    private final Consumer<Http2Turn> begin;
    private final Http2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 24);
    private final Map<Integer, Http2Turn> turns = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private final List<RawFrame> seen = new CopyOnWriteArrayList<>();
    private boolean last;
    private long window = 65535;
    private long firstWindow = 65535;
    private volatile boolean ended;

    Http2OriginConnection(Socket socket, Consumer<Http2Turn> begin) {
        this.socket = socket;
        this.begin = begin;
    }

    /** Sends all frames at once. */
    public synchronized void send(RawFrame... frames) throws IOException {
        socket.getOutputStream().write(RawHttp2.bytes(frames));
    }

    /** Sends bytes that may be no frame at all. */
    public synchronized void sendBytes(String latin1) throws IOException {
        socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends GOAWAY: streams up to {@code lastStream} are still served. */
    public void goAway(int lastStream) throws IOException {
        send(RawFrame.ofInts(RawFrame.GOAWAY, 0, 0, lastStream, 0));
    }

    /** Control frames that came, in order. */
    public List<RawFrame> seen() {
        return List.copyOf(seen);
    }

    /** Waits until the peer has closed. */
    public void awaitEnd() {
        Await.until(() -> ended, "end of the connection");
    }

    public boolean isEnded() {
        return ended;
    }

    public void close() throws IOException {
        socket.close();
    }

    /** Sends DATA as far as the windows allow, and waits for more of them. */
    void data(Http2Turn turn, byte[] bytes, boolean end) throws IOException {
        int at = 0;
        do {
            int size = allowed(turn, bytes.length - at);
            byte[] piece = Arrays.copyOfRange(bytes, at, at + size);
            at += size;
            send(RawFrame.data(turn.stream(), end && at == bytes.length, piece));
        } while (at < bytes.length);
    }

    /** Waits until the windows allow something of {@code wanted} bytes, and takes it from them. */
    private synchronized int allowed(Http2Turn turn, int wanted) throws IOException {
        long size = Math.min(Math.min(wanted, MOST), Math.min(window, turn.window()));
        while (wanted > 0 && size <= 0) {
            if (ended || turn.isReset()) {
                throw new IOException("stream " + turn.stream() + " is over");
            }
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            size = Math.min(Math.min(wanted, MOST), Math.min(window, turn.window()));
        }
        int taken = (int) Math.max(size, 0);
        window -= taken;
        turn.widen(-taken);
        return taken;
    }

    void serve(int... settings) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readFully(new byte[RawHttp2.PREFACE.length()]);
            send(RawFrame.settings(settings));
            while (true) {
                take(next(in));
            }
        } catch (IOException e) {
            // The end, orderly or not.
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
            turns.values().forEach(Http2Turn::gone);
        }
    }

    private static RawFrame next(DataInputStream in) throws IOException {
        byte[] header = new byte[RawFrame.HEADER];
        in.readFully(header);
        ByteBuffer fields = ByteBuffer.wrap(header);
        byte[] payload = new byte[fields.getInt(0) >>> 8];
        in.readFully(payload);
        return new RawFrame(header[3] & 0xff, header[4] & 0xff, fields.getInt(5) & 0x7fffffff, payload);
    }

    private void take(RawFrame frame) throws IOException {
        if (frame.type() != RawFrame.DATA) {
            seen.add(frame);
        }
        switch (frame.type()) {
            case RawFrame.HEADERS, RawFrame.CONTINUATION -> head(frame);
            case RawFrame.DATA -> {
                Http2Turn turn = turns.get(frame.stream());
                if (turn != null && turn.data(frame.payload(), frame.has(RawFrame.END_STREAM))) {
                    giveBack(frame);
                }
            }
            case RawFrame.RST_STREAM -> {
                Http2Turn turn = turns.get(frame.stream());
                if (turn != null) {
                    turn.reset(frame.code(0));
                }
                synchronized (this) {
                    notifyAll();
                }
            }
            case RawFrame.WINDOW_UPDATE -> widen(frame.stream(), frame.number(0));
            case RawFrame.SETTINGS -> settings(frame);
            case RawFrame.PING -> {
                if (!frame.has(RawFrame.ACK)) {
                    send(new RawFrame(RawFrame.PING, RawFrame.ACK, 0, frame.payload()));
                }
            }
            default -> {}
        }
    }

    private void head(RawFrame frame) throws IOException {
        if (frame.type() == RawFrame.HEADERS) {
            last = frame.has(RawFrame.END_STREAM);
        }
        block.writeBytes(frame.payload());
        if (!frame.has(RawFrame.END_HEADERS)) {
            return;
        }
        List<RawHead.Field> fields = fields(frame.stream());
        Http2Turn known = turns.get(frame.stream());
        if (known != null) {
            known.trailers(fields);
            return;
        }
        Http2Turn turn = new Http2Turn(this, frame.stream(), fields, last, firstWindow);
        turns.put(frame.stream(), turn);
        begin.accept(turn);
    }

    private List<RawHead.Field> fields(int stream) throws IOException {
        try {
            Http2Headers headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block.toByteArray()));
            block.reset();
            return StreamSupport.stream(headers.spliterator(), false)
                    .map(entry -> new RawHead.Field(
                            entry.getKey().toString(), entry.getValue().toString()))
                    .toList();
        } catch (Http2Exception e) {
            throw new AssertionError("a block of fields that Netty cannot decode", e);
        }
    }

    private void giveBack(RawFrame data) throws IOException {
        int length = data.payload().length;
        if (length > 0) {
            send(RawFrame.windowUpdate(0, length));
            if (!data.has(RawFrame.END_STREAM)) {
                send(RawFrame.windowUpdate(data.stream(), length));
            }
        }
    }

    private synchronized void widen(int stream, int by) {
        Http2Turn turn = turns.get(stream);
        if (stream == 0) {
            window += by;
        } else if (turn != null) {
            turn.widen(by);
        }
        notifyAll();
    }

    private void settings(RawFrame frame) throws IOException {
        if (frame.has(RawFrame.ACK)) {
            return;
        }
        ByteBuffer pairs = ByteBuffer.wrap(frame.payload());
        while (pairs.hasRemaining()) {
            int identifier = pairs.getShort();
            int value = pairs.getInt();
            if (identifier == INITIAL_WINDOW_SIZE) {
                firstWindow = value;
            }
        }
        send(new RawFrame(RawFrame.SETTINGS, RawFrame.ACK, 0, new byte[0]));
    }
}
