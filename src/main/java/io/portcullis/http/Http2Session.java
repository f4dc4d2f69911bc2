package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.portcullis.net.Loop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection, from either end: its frames, its streams, its windows (RFC 9113).
 *
 * <p>Who uses it feeds it what the socket brings and hears of streams; the session knows nothing of exchanges or calls. A peer that
 * breaks a rule of the connection is told why by GOAWAY, and {@link Owner#broken} is called, once.
 */
@io.portcullis.net.OnLoop
public final class Http2Session {
    /** Hears of the connection. */
    public interface Owner {
        /** The peer opened a stream; to servers only. {@code last} says that nothing follows the head. */
        void opened(Http2Stream stream, Http2Block head, boolean last);

        /** A stream is over. */
        void closed();

        /** The peer's SETTINGS came. */
        default void settled() {}

        /** The peer takes no more streams. */
        default void goingAway() {}

        /** The answer to {@link #ping}. */
        default void ponged() {}

        /**
         * The connection is of no more use; every stream has been told, and so has the peer.
         *
         * @param flood the kind of flood that was the reason; empty where none was
         */
        void broken(Http2Code code, String flood, String detail);
    }

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final long PING = 0x706f727463756c6cL;

    private final boolean server;
    private final Owner owner;
    private final Http2Settings settings;
    private final Http2PeerSettings peer;
    private final Http2FrameReader reader;
    private final Http2Receiver receiver;
    private final Http2Output output;
    private final Http2Sending sending;
    private final Http2Heads heads;
    private final Http2Streams streams;
    private List<Http2Stream> touched = new ArrayList<>();
    private boolean closing;
    private boolean over;

    /** @param server whether the peer is the client */
    public Http2Session(boolean server, Channel channel, Loop loop, Http2Settings settings, Owner owner) {
        this.server = server;
        this.owner = owner;
        this.settings = settings;
        this.peer = new Http2PeerSettings(server);
        this.output = new Http2Output(channel, loop, this::drain);
        this.sending = new Http2Sending(this);
        this.heads = new Http2Heads(loop.scratch());
        this.streams = new Http2Streams(server);
        this.receiver = new Http2Receiver(this, server);
        this.reader = new Http2FrameReader(receiver, server);
    }

    public Channel channel() {
        return output.channel();
    }

    /** Announces our settings; before anything else. */
    public void begin() {
        if (!server) {
            output.preface(PREFACE);
        }
        settings.announce(output, server);
    }

    /** Reads {@code in}, which stays the caller's. */
    public void read(ByteBuf in) {
        if (over) {
            return;
        }
        try {
            reader.read(in, output.channel().alloc());
        } catch (Http2Violation e) {
            violated(e);
        }
    }

    /** The read is over. */
    public void readComplete() {
        if (!touched.isEmpty()) {
            List<Http2Stream> those = touched;
            touched = new ArrayList<>();
            for (int i = 0; i < those.size(); i++) {
                those.get(i).settle();
            }
        }
    }

    /** The socket takes bytes again, or no more. */
    public void writabilityChanged() {
        drain();
    }

    /** Opens a stream; to clients only. Null where the peer's limit, or the connection's end, forbids it. */
    public @Nullable Http2Stream open() {
        if (server || over || closing || streams.size() >= peer.maxStreams() || !streams.hasNumbers()) {
            return null;
        }
        Http2Stream stream = new Http2Stream(this, streams.next(), peer.window(), settings.streamWindow());
        streams.add(stream);
        receiver.floods().stream();
        return stream;
    }

    /** Streams that the peer lets us open beside those that are open. */
    public int room() {
        return over || closing || !streams.hasNumbers() ? 0 : Math.max(0, peer.maxStreams() - streams.size());
    }

    /** Whether the peer takes extended CONNECT (RFC 8441). */
    public boolean takesConnectProtocol() {
        return peer.connectProtocol();
    }

    /** Streams that are open. */
    public int streams() {
        return streams.size();
    }

    /** Whether the peer's first SETTINGS has come. */
    public boolean hasBegun() {
        return reader.hasBegun();
    }

    /** A number for the head, or other frame without data, that has begun and not ended; 0 where there is none. */
    public int unfinished() {
        return receiver.unfinished(reader);
    }

    /** Writes heads for this connection. */
    public Http2Heads heads() {
        return heads;
    }

    /** Asks the peer for a sign; {@link Owner#ponged} hears of it. */
    public void ping() {
        output.ping(PING, false);
    }

    /** Says that we will take no more streams, while every one that the peer has opened by now is still taken (RFC 9113 §6.8). */
    public void announceEnd() {
        output.goAway(Integer.MAX_VALUE, Http2Code.NO_ERROR, "");
    }

    /** From here on no new stream is taken. */
    public void refuseNew() {
        if (!closing && !over) {
            closing = true;
            output.goAway(streams.lastOfPeer(), Http2Code.NO_ERROR, "");
        }
    }

    /** Ends the connection: tells the peer, and every stream; the caller closes the channel after {@link #flush}. */
    public void end(Http2Code code, String detail) {
        if (!over) {
            if (!server || !closing || code != Http2Code.NO_ERROR) {
                output.goAway(streams.lastOfPeer(), code, detail);
            }
            finish(code, false, detail);
        }
    }

    /** The channel is closed. */
    public void closed(String detail) {
        finish(Http2Code.CANCEL, true, detail);
        output.close();
    }

    /** Sends what was written. */
    public void flush() {
        output.flushNow();
    }

    // ---- what its parts call ----

    Http2Settings settings() {
        return settings;
    }

    Http2PeerSettings peer() {
        return peer;
    }

    Http2Output output() {
        return output;
    }

    Http2Sending sending() {
        return sending;
    }

    Http2Streams table() {
        return streams;
    }

    Owner owner() {
        return owner;
    }

    boolean isServer() {
        return server;
    }

    /** Whether new streams of the peer are turned away. */
    boolean isClosing() {
        return closing;
    }

    void touched(Http2Stream stream) {
        touched.add(stream);
    }

    /** So many bytes that the peer sent need no more room. */
    void giveBack(int bytes) {
        receiver.giveBack(bytes);
    }

    /** So many bytes of data went to the peer. */
    void useful(int bytes) {
        receiver.floods().useful(bytes);
    }

    /** The peer made us end a stream. */
    void struck() {
        try {
            receiver.floods().madeReset();
        } catch (Http2Violation e) {
            violated(e);
        }
    }

    void sendReset(Http2Stream stream, Http2Code code) {
        output.reset(stream.id(), code);
        streams.forgive(stream.id());
    }

    void remove(Http2Stream stream) {
        streams.remove(stream.id());
        owner.closed();
    }

    /** The peer broke a rule of the connection. */
    void violated(Http2Violation why) {
        if (over) {
            return;
        }
        String detail = String.valueOf(why.getMessage());
        output.goAway(streams.lastOfPeer(), why.code(), detail);
        finish(why.code(), false, detail);
        owner.broken(why.code(), why.flood(), detail);
    }

    /** The peer takes no more streams. */
    void peerEnds() {
        if (!server) {
            closing = true;
        }
        owner.goingAway();
    }

    private void drain() {
        if (!over) {
            sending.drain();
        }
    }

    private void finish(Http2Code code, boolean byPeer, String detail) {
        if (over) {
            return;
        }
        over = true;
        closing = true;
        reader.close();
        receiver.close();
        for (Http2Stream stream : streams.all()) {
            stream.broken(code, byPeer, true, detail);
        }
    }
}
