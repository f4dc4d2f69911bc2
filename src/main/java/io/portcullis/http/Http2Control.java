package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** What the frames of a peer do that carry neither fields nor data (RFC 9113 §6.3 to §6.9). */
@io.portcullis.net.OnLoop
final class Http2Control {
    private final Http2Session session;
    private final Http2Receiver receiver;
    private final boolean server;
    private final Http2Streams streams;
    private final Http2Output output;
    private final Http2Floods floods;

    Http2Control(Http2Session session, Http2Receiver receiver, boolean server) {
        this.session = session;
        this.receiver = receiver;
        this.server = server;
        this.streams = session.table();
        this.output = session.output();
        this.floods = receiver.floods();
    }

    void priority(int id, ByteBuf payload, int length) throws Http2Violation {
        streams.requireOne(id, "PRIORITY");
        floods.control("priority");
        Http2Stream stream = streams.get(id);
        if (length != 5) {
            if (stream != null) {
                receiver.fault(stream, Http2Code.FRAME_SIZE_ERROR, "PRIORITY of " + length + " bytes");
            }
        } else if ((payload.readInt() & 0x7fffffff) == id) {
            String why = "a stream that depends on itself";
            if (stream == null) {
                throw Http2Violation.protocol(why);
            }
            receiver.fault(stream, Http2Code.PROTOCOL_ERROR, why);
        }
    }

    void reset(int id, ByteBuf payload, int length) throws Http2Violation {
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

    void settings(int flags, int id, ByteBuf payload, int length) throws Http2Violation {
        streams.requireNone(id, "SETTINGS");
        floods.control("settings");
        if ((flags & Http2FrameReader.ACK) != 0) {
            if (length != 0) {
                throw Http2Violation.frameSize("an acknowledgement of SETTINGS with " + length + " bytes");
            }
            receiver.settingsAcknowledged();
            return;
        }
        Http2PeerSettings peer = session.peer();
        int before = peer.window();
        peer.read(payload, length);
        session.heads().tableSize(peer.tableSize());
        int change = peer.window() - before;
        for (Http2Stream stream : change == 0 ? List.<Http2Stream>of() : streams.all()) {
            if (!stream.isOver() && !session.sending().widen(stream, change)) {
                throw new Http2Violation(Http2Code.FLOW_CONTROL_ERROR, "a window above 2^31-1 by SETTINGS");
            }
        }
        output.settingsAck();
        floods.answer(output.channel().isWritable());
        session.owner().settled();
    }

    void ping(int flags, int id, ByteBuf payload, int length) throws Http2Violation {
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
    void goAway(int id, ByteBuf payload, int length) throws Http2Violation {
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
                streams.forgive(stream.id());
                stream.broken(Http2Code.REFUSED_STREAM, true, false, "the peer ends the connection (" + code + ")");
            }
        }
    }

    void windowUpdate(int id, ByteBuf payload, int length) throws Http2Violation {
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
            receiver.fault(stream, Http2Code.PROTOCOL_ERROR, "WINDOW_UPDATE by 0");
        } else if (!session.sending().widen(stream, increment)) {
            receiver.fault(stream, Http2Code.FLOW_CONTROL_ERROR, "a window above 2^31-1");
        }
    }
}
