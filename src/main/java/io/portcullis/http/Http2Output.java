package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.portcullis.net.ByteWriter;
import io.portcullis.net.Loop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to an HTTP/2 connection.
 *
 * <p>Frames are put together in one buffer, and flushed once in each turn of the event loop, however many streams had something to
 * say: one TLS record and one system call for all of them. Data of some size is not copied.
 */
@io.portcullis.net.OnLoop
final class Http2Output {
    /** Smaller pieces of data are copied: cheaper than one more buffer on its way through the pipeline. */
    private static final int COPIED = 2048;

    private static final int ROOM = 4096;

    /** Bytes that may wait for the turn's end. */
    private static final int MOST_UNFLUSHED = 64 * 1024;

    private final Channel channel;
    private final Loop loop;
    private final Runnable flush = this::flushNow;
    private final Runnable drain;
    private @Nullable ByteBuf out;
    private List<Http2Stream> ending = new ArrayList<>();
    private int unflushed;
    private boolean wanted;

    /** @param drain runs after each flush: what waited for room may be written */
    Http2Output(Channel channel, Loop loop, Runnable drain) {
        this.channel = channel;
        this.loop = loop;
        this.drain = drain;
    }

    Channel channel() {
        return channel;
    }

    Loop loop() {
        return loop;
    }

    /** Whether more data may be written now. */
    boolean hasRoom() {
        return unflushed < MOST_UNFLUSHED && channel.isWritable();
    }

    /** Writes one DATA frame of at most {@link Http2FrameReader#MAX_FRAME_SIZE} bytes; takes ownership. */
    void data(int stream, ByteBuf data, boolean last) {
        int size = data.readableBytes();
        ByteBuf to = begin(size, Http2FrameReader.DATA, last ? Http2FrameReader.END_STREAM : 0, stream, size <= COPIED);
        if (size <= COPIED) {
            to.writeBytes(data);
            data.release();
        } else {
            push();
            channel.write(data, channel.voidPromise());
        }
        unflushed += size;
        flushSoon();
    }

    /** Writes a block of fields as HEADERS and, where it must be, CONTINUATION. */
    void headers(int stream, ByteWriter block, boolean last) {
        int size = Math.min(block.length(), Http2FrameReader.MAX_FRAME_SIZE);
        boolean whole = size == block.length();
        int flags = (whole ? Http2FrameReader.END_HEADERS : 0) | (last ? Http2FrameReader.END_STREAM : 0);
        block.copy(0, size, begin(size, Http2FrameReader.HEADERS, flags, stream, true));
        for (int at = size; at < block.length(); at += size) {
            size = Math.min(block.length() - at, Http2FrameReader.MAX_FRAME_SIZE);
            flags = at + size == block.length() ? Http2FrameReader.END_HEADERS : 0;
            block.copy(at, size, begin(size, Http2FrameReader.CONTINUATION, flags, stream, true));
        }
        unflushed += block.length();
        flushSoon();
    }

    /** Writes SETTINGS of {@code pairs}: identifier, value, identifier, value. */
    void settings(int... pairs) {
        ByteBuf to = begin(pairs.length * 3, Http2FrameReader.SETTINGS, 0, 0, true);
        for (int i = 0; i < pairs.length; i += 2) {
            to.writeShort(pairs[i]).writeInt(pairs[i + 1]);
        }
        flushSoon();
    }

    void settingsAck() {
        begin(0, Http2FrameReader.SETTINGS, Http2FrameReader.ACK, 0, true);
        flushSoon();
    }

    void ping(long opaque, boolean ack) {
        begin(8, Http2FrameReader.PING, ack ? Http2FrameReader.ACK : 0, 0, true).writeLong(opaque);
        flushSoon();
    }

    void windowUpdate(int stream, int increment) {
        begin(4, Http2FrameReader.WINDOW_UPDATE, 0, stream, true).writeInt(increment);
        flushSoon();
    }

    void reset(int stream, Http2Code code) {
        begin(4, Http2FrameReader.RST_STREAM, 0, stream, true).writeInt(code.number());
        flushSoon();
    }

    void goAway(int lastStream, Http2Code code, String detail) {
        ByteBuf to = begin(8 + detail.length(), Http2FrameReader.GOAWAY, 0, 0, true);
        to.writeInt(lastStream).writeInt(code.number());
        to.writeCharSequence(detail, java.nio.charset.StandardCharsets.US_ASCII);
        flushSoon();
    }

    /** The client's preface (RFC 9113 §3.4). */
    void preface(byte[] bytes) {
        room(bytes.length).writeBytes(bytes);
    }

    /** {@code stream} wrote its last frame: it is told when the socket has taken it. */
    void ends(Http2Stream stream) {
        ending.add(stream);
        flushSoon();
    }

    void flushSoon() {
        if (!wanted) {
            wanted = true;
            loop.executor().execute(flush);
        } else if (unflushed >= MOST_UNFLUSHED) {
            flushNow();
        }
    }

    /** Sends what was written. */
    void flushNow() {
        wanted = false;
        if (unflushed == 0 && out == null && ending.isEmpty()) {
            return;
        }
        unflushed = 0;
        if (ending.isEmpty()) {
            push();
            channel.flush();
        } else {
            List<Http2Stream> ended = ending;
            ending = new ArrayList<>();
            ByteBuf last = out != null ? out : Unpooled.EMPTY_BUFFER;
            out = null;
            ChannelFuture written = channel.writeAndFlush(last);
            if (written.isDone()) {
                tell(ended, written.isSuccess());
            } else {
                written.addListener(done -> tell(ended, done.isSuccess()));
            }
        }
        drain.run();
    }

    /** Frees what was not sent. */
    void close() {
        if (out != null) {
            out.release();
            out = null;
        }
        List<Http2Stream> ended = ending;
        ending = new ArrayList<>();
        tell(ended, false);
    }

    private static void tell(List<Http2Stream> ended, boolean reached) {
        for (int i = 0; i < ended.size(); i++) {
            ended.get(i).sent(reached);
        }
    }

    /** Writes a frame's header; its payload goes into the buffer behind it, where {@code inside}. */
    private ByteBuf begin(int length, int type, int flags, int stream, boolean inside) {
        ByteBuf to = room(Http2FrameReader.HEADER_LENGTH + (inside ? length : 0));
        to.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
        return to;
    }

    private ByteBuf room(int bytes) {
        if (out != null && out.writableBytes() < bytes) {
            push();
        }
        if (out == null) {
            out = channel.alloc().ioBuffer(Math.max(bytes, ROOM));
        }
        return out;
    }

    private void push() {
        if (out != null) {
            channel.write(out, channel.voidPromise());
            out = null;
        }
    }
}
