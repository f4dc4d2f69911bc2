package io.portcullis.testkit;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * A client of HTTP/2 frames: sends exactly what it is told, legal or not, and reads frames back. While it reads it acknowledges
 * SETTINGS and PING and gives windows back, until {@link #silent}. Its reads and writes are the test's own thread's.
 */
public final class RawHttp2 implements AutoCloseable {
    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final RawClient wire;
    private final Http2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 24);
    private final Map<Integer, RawHttp2Answer> answers = new HashMap<>();
    private final List<RawFrame> seen = new ArrayList<>();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private boolean silent;
    private int next = 1;

    private RawHttp2(RawClient wire) {
        this.wire = wire;
    }

    /** HTTP/2 over what is connected already; sends nothing yet. */
    public static RawHttp2 over(RawClient wire) {
        return new RawHttp2(wire);
    }

    /** By prior knowledge on plain TCP; the preface and empty SETTINGS are sent. */
    public static RawHttp2 plain(int port) throws IOException {
        return over(RawClient.plain(port)).begin();
    }

    /** By ALPN; the preface and empty SETTINGS are sent. */
    public static RawHttp2 tls(int port, TlsOffer offer) throws IOException {
        RawHttp2 client = over(RawClient.tls(port, offer.alpn("h2")));
        if (!"h2".equals(client.wire.applicationProtocol())) {
            throw new AssertionError("ALPN chose " + client.wire.applicationProtocol());
        }
        return client.begin();
    }

    /** Sends the preface and SETTINGS of identifiers and values in turn. */
    public RawHttp2 begin(int... settings) throws IOException {
        wire.send(PREFACE);
        return send(RawFrame.settings(settings));
    }

    /** From now on it neither acknowledges anything nor gives windows back. */
    public RawHttp2 silent() {
        silent = true;
        return this;
    }

    /** All frames at once. */
    public RawHttp2 send(RawFrame... frames) throws IOException {
        wire.sendBytes(bytes(frames));
        return this;
    }

    /** The bytes of {@code frames}, one after another. */
    public static byte[] bytes(RawFrame... frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (RawFrame frame : frames) {
            out.writeBytes(frame.toBytes());
        }
        return out.toByteArray();
    }

    public RawHttp2 sendBytes(byte[] bytes) throws IOException {
        wire.sendBytes(bytes);
        return this;
    }

    /** Sends as much of {@code bytes} as the peer takes before it closes. */
    public RawHttp2 sendAsFarAsItGoes(byte[] bytes) {
        try {
            wire.sendBytes(bytes);
        } catch (IOException e) {
            // It has closed: what it said before that can still be read.
        }
        return this;
    }

    /** The number that a new stream gets. */
    public int stream() {
        int id = next;
        next += 2;
        return id;
    }

    /** Sends a request without a body, and returns its stream. */
    public int get(String path, String... more) throws IOException {
        return open(true, RawBlock.get(path, more));
    }

    /** Sends HEADERS on a new stream. */
    public int open(boolean last, RawBlock head) throws IOException {
        int id = stream();
        send(RawFrame.headers(id, last, head));
        return id;
    }

    public RawHttp2 data(int stream, boolean last, String latin1) throws IOException {
        return send(RawFrame.data(stream, last, latin1.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** What came on {@code stream} by now; reads nothing. */
    public RawHttp2Answer soFar(int stream) {
        return answers.computeIfAbsent(stream, id -> new RawHttp2Answer());
    }

    /** Reads until {@code stream} has ended or was reset. */
    public RawHttp2Answer answer(int stream) throws IOException {
        return await(stream, RawHttp2Answer::isOver);
    }

    /** Reads until the answer on {@code stream} is as {@code wanted}. */
    public RawHttp2Answer await(int stream, Predicate<RawHttp2Answer> wanted) throws IOException {
        RawHttp2Answer answer = soFar(stream);
        while (!wanted.test(answer)) {
            RawFrame frame = next();
            if (frame.type() == RawFrame.GOAWAY && !frame.code(4).equals("NO_ERROR")) {
                throw new AssertionError("GOAWAY " + goAwayText(frame) + " instead of an answer; so far " + answer);
            }
        }
        return answer;
    }

    /** Reads until {@code stream} is reset, and returns the code. */
    public String reset(int stream) throws IOException {
        return await(stream, answer -> !answer.reset().isEmpty()).reset();
    }

    /** Reads until GOAWAY, and returns its code. */
    public String goAway() throws IOException {
        return nextOf(RawFrame.GOAWAY).code(4);
    }

    /** Reads until GOAWAY and then to the connection's end, and returns GOAWAY's code. */
    public String goAwayAndClose() throws IOException {
        String code = goAway();
        readToEnd();
        return code;
    }

    /** Reads until a frame of {@code type} comes. */
    public RawFrame nextOf(int type) throws IOException {
        RawFrame frame = next();
        while (frame.type() != type) {
            frame = next();
        }
        return frame;
    }

    /** Sends PING, and reads until it is answered: what was sent before it has then been read. */
    public RawHttp2 ping() throws IOException {
        send(RawFrame.ping());
        for (RawFrame frame = nextOf(RawFrame.PING); !frame.has(RawFrame.ACK); ) {
            frame = nextOf(RawFrame.PING);
        }
        return this;
    }

    /** Reads frames until the peer has closed. */
    public void readToEnd() {
        try {
            while (true) {
                next();
            }
        } catch (IOException e) {
            // The end, orderly or not.
        }
    }

    /** Every frame that came so far, in order. */
    public List<RawFrame> seen() {
        return List.copyOf(seen);
    }

    /** Reads one frame. */
    public RawFrame next() throws IOException {
        byte[] header = latin1(wire.readExactly(RawFrame.HEADER));
        int length = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | header[2] & 0xff;
        int stream = (header[5] & 0x7f) << 24 | (header[6] & 0xff) << 16 | (header[7] & 0xff) << 8 | header[8] & 0xff;
        byte[] payload = latin1(wire.readExactly(length));
        RawFrame frame = new RawFrame(header[3] & 0xff, header[4] & 0xff, stream, payload);
        seen.add(frame);
        take(frame);
        return frame;
    }

    private void take(RawFrame frame) throws IOException {
        switch (frame.type()) {
            case RawFrame.HEADERS, RawFrame.CONTINUATION -> {
                block.writeBytes(frame.payload());
                if (frame.has(RawFrame.END_HEADERS)) {
                    soFar(frame.stream()).block(fields(frame.stream()), isLast(frame));
                }
            }
            case RawFrame.DATA -> {
                String text = new String(frame.payload(), StandardCharsets.ISO_8859_1);
                soFar(frame.stream()).data(text, frame.has(RawFrame.END_STREAM));
                giveBack(frame);
            }
            case RawFrame.RST_STREAM -> soFar(frame.stream()).reset(frame.code(0));
            case RawFrame.SETTINGS, RawFrame.PING -> acknowledge(frame);
            default -> {}
        }
    }

    /** END_STREAM stands on HEADERS, also where CONTINUATION follows. */
    private boolean isLast(RawFrame end) {
        for (int i = seen.size() - 1; i >= 0; i--) {
            if (seen.get(i).type() == RawFrame.HEADERS) {
                return seen.get(i).has(RawFrame.END_STREAM);
            }
        }
        throw new AssertionError("CONTINUATION without HEADERS on stream " + end.stream());
    }

    private List<RawHead.Field> fields(int stream) {
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
        if (!silent && length > 0) {
            send(RawFrame.windowUpdate(0, length));
            if (!data.has(RawFrame.END_STREAM)) {
                send(RawFrame.windowUpdate(data.stream(), length));
            }
        }
    }

    private void acknowledge(RawFrame frame) throws IOException {
        if (!silent && !frame.has(RawFrame.ACK)) {
            byte[] payload = frame.type() == RawFrame.PING ? frame.payload() : new byte[0];
            send(new RawFrame(frame.type(), RawFrame.ACK, 0, payload));
        }
    }

    private static String goAwayText(RawFrame frame) {
        return frame.code(4) + " " + new String(frame.payload(), StandardCharsets.ISO_8859_1).substring(8);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public RawClient wire() {
        return wire;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
