package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What each frame of the peer does to a session: the rules of RFC 9113 §5 and §6, frame by frame. */
@io.portcullis.net.OnLoop
final class Http2Receiver implements Http2FrameReader.Taker {
    private final Http2Session session;
    private final boolean server;
    private final Http2Streams streams;
    private final Http2Output output;
    private final Http2Reading reading;
    private final Http2Floods floods = new Http2Floods();
    private @Nullable Http2Stream current;
    private boolean currentLast;
    private int window;
    private int update;

    Http2Receiver(Http2Session session, boolean server) {
        this.session = session;
        this.server = server;
        this.streams = session.table();
        this.output = session.output();
        this.reading = new Http2Reading(session.settings(), server);
        this.window = session.settings().connectionWindow();
    }

    /** We opened a stream. */
    void opens() {
        floods.stream();
    }

    /** So many bytes of data were sent. */
    void sent(int bytes) {
        floods.sent(bytes);
    }

    boolean isWithinBlock() {
        return reading.isWithin();
    }

    void close() {
        reading.close();
    }

    /** Lets the peer send as much again as was taken, in steps that are worth a frame. */
    void giveBack(int bytes) {
        update += bytes;
        if (update >= session.settings().connectionWindow() / 2) {
            window += update;
            output.windowUpdate(0, update);
            update = 0;
        }
    }

    @Override
    public void beginData(int id, int length, boolean last) throws Http2Violation {
        requireNoBlock("DATA");
        streams.requireKnown(id, "DATA");
        window -= length;
        if (window < 0) {
            throw new Http2Violation(Http2Code.FLOW_CONTROL_ERROR, "more DATA than the connection's window");
        }
        if (length == 0 && !last) {
            floods.empty();
        } else {
            floods.useful(length);
        }
        Http2Stream stream = streams.get(id);
        current = stream;
        currentLast = last;
        if (stream == null) {
            stray(id, Http2Code.STREAM_CLOSED, "DATA");
        } else if (stream.isReceived()) {
            fault(stream, Http2Code.STREAM_CLOSED, "DATA after the end of the stream");
        } else if (!stream.isHeard()) {
            fault(stream, Http2Code.PROTOCOL_ERROR, "DATA before HEADERS");
        } else if (!stream.takeWindow(length)) {
            fault(stream, Http2Code.FLOW_CONTROL_ERROR, "more DATA than the stream's window");
        }
    }

    @Override
    public void data(ByteBuf piece) {
        Http2Stream stream = current;
        if (stream == null) {
            giveBack(piece.readableBytes());
            piece.release();
        } else if (!stream.receive(piece)) {
            try {
                fault(stream, Http2Code.PROTOCOL_ERROR, "more DATA than Content-Length says");
            } catch (Http2Violation e) {
                session.violated(e);
            }
        }
    }

    @Override
    public void endData(int padding) throws Http2Violation {
        Http2Stream stream = current;
        current = null;
        if (stream == null) {
            giveBack(padding);
            return;
        }
        stream.receivePadding(padding);
        if (currentLast) {
            endRemote(stream, null);
        }
    }

    @Override
    public void frame(int type, int flags, int id, ByteBuf payload, int length) throws Http2Violation {
        if (type == Http2FrameReader.CONTINUATION) {
            block(reading.continuation(id, flags, payload, length));
            return;
        }
        requireNoBlock("frame " + type);
        switch (type) {
            case Http2FrameReader.HEADERS -> {
                streams.requireOne(id, "HEADERS");
                block(reading.headers(
                        id, flags, payload, length, output.channel().alloc()));
            }
            case Http2FrameReader.PRIORITY -> priority(id, payload, length);
            case Http2FrameReader.RST_STREAM -> reset(id, payload, length);
            case Http2FrameReader.SETTINGS -> settings(flags, id, payload, length);
            case Http2FrameReader.PUSH_PROMISE -> throw Http2Violation.protocol("PUSH_PROMISE");
            case Http2FrameReader.PING -> ping(flags, id, payload, length);
            case Http2FrameReader.GOAWAY -> goAway(id, payload, length);
            case Http2FrameReader.WINDOW_UPDATE -> windowUpdate(id, payload, length);
            default -> floods.control("unknown_frame");
        }
    }

    /** A whole block of fields came, or null where more of it follows. */
    private void block(@Nullable Http2Block block) throws Http2Violation {
        if (block == null) {
            return;
        }
        int id = reading.stream();
        boolean last = reading.isLast();
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            opening(id, block, last);
        } else if (stream.isReceived()) {
            fault(stream, Http2Code.STREAM_CLOSED, "HEADERS after the end of the stream");
        } else if (!stream.isHeard()) {
            stream.owner().head(block, last);
            if (last) {
                endRemote(stream, null);
            }
        } else if (!last || block.trailerFault() != null) {
            String why = last ? String.valueOf(block.trailerFault()) : "HEADERS within a body";
            fault(stream, Http2Code.PROTOCOL_ERROR, why);
        } else {
            endRemote(stream, block.fields());
        }
    }

    private void opening(int id, Http2Block block, boolean last) throws Http2Violation {
        if (!streams.begins(id)) {
            streams.requireKnown(id, "HEADERS");
            if (!streams.isForgiven(id)) {
                throw new Http2Violation(Http2Code.STREAM_CLOSED, "HEADERS on stream " + id + ", which is closed");
            }
            return;
        }
        floods.stream();
        if (session.isClosing()) {
            refuse(id);
            return;
        }
        if (streams.size() >= session.settings().maxStreams()) {
            floods.madeReset();
            refuse(id);
            return;
        }
        Http2Stream stream = new Http2Stream(
                session, id, session.peer().window(), session.settings().streamWindow());
        streams.add(stream);
        stream.heard();
        if (last) {
            stream.complete();
        }
        session.owner().opened(stream, block, last);
    }

    private void refuse(int id) {
        output.reset(id, Http2Code.REFUSED_STREAM);
        streams.forgive(id);
    }

    private void endRemote(Http2Stream stream, @Nullable Fields trailers) throws Http2Violation {
        if (!stream.isOver() && !stream.endRemote(trailers)) {
            fault(stream, Http2Code.PROTOCOL_ERROR, "less DATA than Content-Length says");
        }
    }

    private void priority(int id, ByteBuf payload, int length) throws Http2Violation {
        streams.requireOne(id, "PRIORITY");
        floods.control("priority");
        Http2Stream stream = streams.get(id);
        if (length != 5) {
            if (stream != null) {
                fault(stream, Http2Code.FRAME_SIZE_ERROR, "PRIORITY of " + length + " bytes");
            }
        } else if ((payload.readInt() & 0x7fffffff) == id && stream != null) {
            fault(stream, Http2Code.PROTOCOL_ERROR, "a stream that depends on itself");
        }
    }

    private void reset(int id, ByteBuf payload, int length) throws Http2Violation {
        if (length != 4) {
            throw Http2Violation.frameSize("RST_STREAM of " + length + " bytes");
        }
        streams.requireKnown(id, "RST_STREAM");
        Http2Code code = Http2Code.of(payload.readInt());
        if (server) {
            floods.reset();
        }
        Http2Stream stream = streams.get(id);
        if (stream != null) {
            stream.broken(code, true, code != Http2Code.REFUSED_STREAM, "the stream was reset (" + code + ")");
        }
    }

    private void settings(int flags, int id, ByteBuf payload, int length) throws Http2Violation {
        streams.requireNone(id, "SETTINGS");
        floods.control("settings");
        if ((flags & Http2FrameReader.ACK) != 0) {
            if (length != 0) {
                throw Http2Violation.frameSize("an acknowledgement of SETTINGS with " + length + " bytes");
            }
            reading.settingsAcknowledged();
            return;
        }
        Http2PeerSettings peer = session.peer();
        int before = peer.window();
        peer.read(payload, length);
        session.heads().tableSize(peer.tableSize());
        int change = peer.window() - before;
        for (Http2Stream stream : change == 0 ? java.util.List.<Http2Stream>of() : streams.all()) {
            if (!stream.isOver() && !stream.widen(change)) {
                throw new Http2Violation(Http2Code.FLOW_CONTROL_ERROR, "a window above 2^31-1 by SETTINGS");
            }
        }
        output.settingsAck();
        floods.answer(output.channel().isWritable());
        session.owner().settled();
    }

    private void ping(int flags, int id, ByteBuf payload, int length) throws Http2Violation {
        streams.requireNone(id, "PING");
        if (length != 8) {
            throw Http2Violation.frameSize("PING of " + length + " bytes");
        }
        if ((flags & Http2FrameReader.ACK) != 0) {
            session.owner().ponged();
            return;
        }
        floods.control("ping");
        output.ping(payload.readLong(), true);
        floods.answer(output.channel().isWritable());
    }

    /** The streams above the peer's last one were not acted on, and may be tried elsewhere (RFC 9113 §6.8). */
    private void goAway(int id, ByteBuf payload, int length) throws Http2Violation {
        streams.requireNone(id, "GOAWAY");
        if (length < 8) {
            throw Http2Violation.frameSize("GOAWAY of " + length + " bytes");
        }
        floods.control("goaway");
        int last = payload.readInt() & 0x7fffffff;
        Http2Code code = Http2Code.of(payload.readInt());
        session.peerEnds();
        if (server) {
            return;
        }
        for (Http2Stream stream : streams.all()) {
            if (stream.id() > last) {
                stream.broken(Http2Code.REFUSED_STREAM, true, false, "the peer ends the connection (" + code + ")");
            }
        }
    }

    private void windowUpdate(int id, ByteBuf payload, int length) throws Http2Violation {
        if (length != 4) {
            throw Http2Violation.frameSize("WINDOW_UPDATE of " + length + " bytes");
        }
        floods.control("window_update");
        int increment = payload.readInt() & 0x7fffffff;
        if (id == 0) {
            if (increment == 0) {
                throw Http2Violation.protocol("WINDOW_UPDATE by 0");
            }
            if (!session.sending().widen(increment)) {
                throw new Http2Violation(Http2Code.FLOW_CONTROL_ERROR, "a window above 2^31-1");
            }
            return;
        }
        streams.requireKnown(id, "WINDOW_UPDATE");
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            return;
        }
        if (increment == 0) {
            fault(stream, Http2Code.PROTOCOL_ERROR, "WINDOW_UPDATE by 0");
        } else if (!stream.widen(increment)) {
            fault(stream, Http2Code.FLOW_CONTROL_ERROR, "a window above 2^31-1");
        }
    }

    /** A frame on a stream that is closed: late, where we closed it; a mistake otherwise. */
    private void stray(int id, Http2Code code, String frame) throws Http2Violation {
        if (!streams.isForgiven(id)) {
            floods.madeReset();
            output.reset(id, code);
            floods.control(frame);
        }
    }

    /** The peer broke a rule of one stream. */
    private void fault(Http2Stream stream, Http2Code code, String detail) throws Http2Violation {
        floods.madeReset();
        if (!stream.isOver()) {
            session.sendReset(stream, code);
            stream.broken(code, false, true, detail);
        }
    }

    private void requireNoBlock(String what) throws Http2Violation {
        if (reading.isWithin()) {
            throw Http2Violation.protocol(what + " within a block of fields");
        }
    }
}
