package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the alerts of a connection: while it shakes hands those in the clear, for the reason why it failed; then closes an established TLS connection as soon as the engine has sent an alert of its own (RFC 8446 §6.2: both sides close then).
 *
 * <p>After a record that cannot be read, Netty with BoringSSL sends the alert, and tells nobody before the client's next byte: a client
 * that sends none would keep its place until a timer takes it. An alert is known by its form: in TLS 1.2 by the record's type; in 1.3
 * the type is hidden, but two bytes of content make a record of 19, and nobody has written while it came out.
 */
@io.portcullis.net.OnLoop
final class AlertWatch extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AlertWatch.class);
    private static final int NONE = -1;
    private static final int HEADER = 5;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    /** Level and description. */
    private static final int ALERT_BYTES = 2;

    private static final int APPLICATION = 23;
    /** Level, description, inner content type and a tag of 16 bytes: the same for every suite of TLS 1.3. */
    private static final int SEALED_ALERT = 19;

    private @Nullable ChannelHandlerContext context;
    private boolean reading;
    private boolean written;
    private boolean alerted;
    private boolean established;
    private int received = NONE;
    private int sent = NONE;

    private AlertWatch() {}

    /** Puts itself around the handler named {@code engine}. */
    static AlertWatch around(ChannelPipeline pipeline, String engine) {
        AlertWatch watch = new AlertWatch();
        pipeline.addBefore(engine, null, watch);
        pipeline.addAfter(engine, null, watch.new Plain());
        return watch;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Sends an alert in the clear, where the engine sends none. The client must not have got anything of ours that is sealed. */
    void say(byte[] alertRecord) {
        if (context != null && sent == NONE && alertRecord.length != 0) {
            sent = alertRecord[HEADER + 1];
            context.writeAndFlush(Unpooled.wrappedBuffer(alertRecord));
        }
    }

    /** The handshake has ended well. */
    void established() {
        established = true;
    }

    /** The number of an alert that the client sent in the clear during the handshake; -1 for none. */
    int received() {
        return received;
    }

    /** The same, of ours. */
    int sent() {
        return sent;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!established) {
            received = message instanceof ByteBuf bytes ? Math.max(received, clearAlert(bytes)) : received;
            ctx.fireChannelRead(message);
            return;
        }
        reading = true;
        written = false;
        ctx.fireChannelRead(message);
        reading = false;
        if (alerted) {
            LOG.debug(
                    "{} sent a TLS record that cannot be read: closed",
                    ctx.channel().remoteAddress());
            ctx.flush().close();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!established && message instanceof ByteBuf record) {
            sent = Math.max(sent, clearAlert(record));
        } else if (reading && !written && message instanceof ByteBuf record && isAlert(record)) {
            alerted = true;
        }
        ctx.write(message, promise);
    }

    /**
     * The number of the alert among the records of {@code bytes}, as far as they begin with one: a client built on OpenSSL sends its
     * alert in the clear at a moment of TLS 1.3 when the engine takes nothing but sealed ones.
     */
    private static int clearAlert(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (bytes.writerIndex() - at >= HEADER) {
            int type = bytes.getUnsignedByte(at);
            int length = bytes.getUnsignedShort(at + 3);
            if (type == ALERT && length == ALERT_BYTES && bytes.writerIndex() - at >= HEADER + ALERT_BYTES) {
                return bytes.getUnsignedByte(at + HEADER + 1);
            }
            if (type < CHANGE_CIPHER_SPEC || type > APPLICATION) {
                return NONE;
            }
            at += HEADER + length;
        }
        return NONE;
    }

    private static boolean isAlert(ByteBuf record) {
        int start = record.readerIndex();
        if (record.readableBytes() < HEADER) {
            return false;
        }
        int type = record.getUnsignedByte(start);
        return type == ALERT
                || type == APPLICATION
                        && record.readableBytes() == HEADER + SEALED_ALERT
                        && record.getUnsignedShort(start + 3) == SEALED_ALERT;
    }

    /** Sees what is written before it is sealed. */
    private final class Plain extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            written = true;
            ctx.write(message, promise);
        }
    }
}
