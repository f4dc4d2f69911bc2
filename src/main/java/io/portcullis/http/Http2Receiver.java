package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What each frame of the peer does to a session: the rules of RFC 9113 §5 and §6, frame by frame. */
@io.portcullis.net.OnLoop
final class Http2Receiver implements Http2FrameReader.Taker {
    private final Http2Session session;
    private final Http2Streams streams;
    private final Http2Output output;
    private final Http2Reading reading;
    private final Http2Floods floods = new Http2Floods();
    private final Http2Control control;
    private @Nullable Http2Stream current;
    private boolean currentLast;
    private int blockFrame;
    private int currentBytes;
    private int window;
    private int update;

    Http2Receiver(Http2Session session, boolean server) {
        this.session = session;
        this.streams = session.table();
        this.output = session.output();
        this.reading = new Http2Reading(session.settings(), server);
        this.control = new Http2Control(session, this, server);
        this.window = session.settings().connectionWindow();
    }

    Http2Floods floods() {
        return floods;
    }

    /** The peer has seen our SETTINGS. */
    void settingsAcknowledged() {
        reading.settingsAcknowledged();
    }

    /** As {@link Http2Session#unfinished} has it. */
    int unfinished(Http2FrameReader reader) {
        if (!reading.isWithin()) {
            blockFrame = 0;
            return reader.partFrame();
        }
        if (blockFrame == 0) {
            blockFrame = reader.frames();
        }
        return blockFrame;
    }

    void close() {
        reading.close();
    }

    /** Lets the peer send as much again as was taken, in steps that are worth a frame. */
    void giveBack(int bytes) {
        update += bytes;
        // What is left of the window counts, too: streams whose data nobody takes may hold the greater part of it.
        if (update >= Math.min(session.settings().connectionWindow() / 2, window)) {
            window += update;
            output.windowUpdate(0, update);
            update = 0;
        }
    }

    @Override
    public void beginData(int id, int length, boolean last) throws Http2Violation {
        requireNoBlock(Http2FrameReader.DATA);
        streams.requireKnown(id, "DATA");
        window -= length;
        if (window < 0) {
            throw new Http2Violation(Http2Code.FLOW_CONTROL_ERROR, "more DATA than the connection's window");
        }
        currentBytes = 0;
        Http2Stream stream = streams.get(id);
        current = stream;
        currentLast = last;
        if (stream == null) {
            stray(id);
        } else if (stream.isReceived()) {
            fault(stream, Http2Code.STREAM_CLOSED, "DATA after the end of the stream");
        } else if (!stream.isHeard()) {
            fault(stream, Http2Code.PROTOCOL_ERROR, "DATA before HEADERS");
        } else if (!stream.in().takeWindow(length)) {
            fault(stream, Http2Code.FLOW_CONTROL_ERROR, "more DATA than the stream's window");
        }
    }

    @Override
    public void data(ByteBuf piece) {
        Http2Stream stream = current;
        currentBytes += piece.readableBytes();
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
        if (currentBytes == 0 && !currentLast) {
            floods.empty();
        } else {
            floods.useful(currentBytes);
        }
        if (stream == null) {
            giveBack(padding);
            return;
        }
        stream.in().padding(padding);
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
        requireNoBlock(type);
        switch (type) {
            case Http2FrameReader.HEADERS -> {
                streams.requireOne(id, "HEADERS");
                block(reading.headers(
                        id, flags, payload, length, output.channel().alloc()));
            }
            case Http2FrameReader.PRIORITY -> control.priority(id, payload, length);
            case Http2FrameReader.RST_STREAM -> control.reset(id, payload, length);
            case Http2FrameReader.SETTINGS -> control.settings(flags, id, payload, length);
            case Http2FrameReader.PUSH_PROMISE -> throw Http2Violation.protocol("PUSH_PROMISE");
            case Http2FrameReader.PING -> control.ping(flags, id, payload, length);
            case Http2FrameReader.GOAWAY -> control.goAway(id, payload, length);
            case Http2FrameReader.WINDOW_UPDATE -> control.windowUpdate(id, payload, length);
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
            if (streams.wasSkipped(id)) {
                throw Http2Violation.protocol("HEADERS on stream " + id + ", which higher ones have closed");
            }
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

    /** A frame on a stream that is closed: late, where we closed it; a mistake otherwise. */
    private void stray(int id) throws Http2Violation {
        if (!streams.isForgiven(id)) {
            floods.madeReset();
            output.reset(id, Http2Code.STREAM_CLOSED);
        }
    }

    /** The peer broke a rule of one stream. */
    void fault(Http2Stream stream, Http2Code code, String detail) throws Http2Violation {
        floods.madeReset();
        if (!stream.isOver()) {
            session.sendReset(stream, code);
            stream.broken(code, false, true, detail);
        }
    }

    private void requireNoBlock(int type) throws Http2Violation {
        if (reading.isWithin()) {
            throw Http2Violation.protocol("frame " + type + " within a block of fields");
        }
    }
}
