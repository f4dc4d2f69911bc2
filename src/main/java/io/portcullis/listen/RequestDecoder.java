package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.portcullis.config.Limits;
import java.util.List;

/** The HTTP/1.1 decoder with our limits, which tells its front when a head has begun. */
@io.portcullis.net.OnLoop
final class RequestDecoder extends HttpRequestDecoder {
    private static final int MAX_CHUNK = 64 * 1024;

    private final Http1Front front;

    RequestDecoder(Limits limits, Http1Front front) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLine())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(MAX_CHUNK)
                .setInitialBufferSize(256));
        this.front = front;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        front.bytesArrived();
        super.decode(ctx, in, out);
    }
}
