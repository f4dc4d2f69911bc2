package io.portcullis.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.portcullis.http.Http1Writer;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteWriter;
import org.jspecify.annotations.Nullable;

/** Writes the heads of responses to one client. */
@io.portcullis.net.OnLoop
final class ResponseHeads {
    private final Http1Front front;

    ResponseHeads(Http1Front front) {
        this.front = front;
    }

    /** Sends an interim head. */
    void interim(ResponseHead head) {
        Channel channel = front.channel();
        ByteWriter scratch = front.loop().scratch().clear();
        Http1Writer.interim(scratch, head);
        channel.writeAndFlush(scratch.toBuffer(channel.alloc()), channel.voidPromise());
    }

    /**
     * Writes the final head; it leaves with what follows.
     *
     * @param id the exchange's; null where none is told
     * @return the write, where no body follows whose last byte could be waited for; else null
     */
    @Nullable
    ChannelFuture last(RequestHead request, ResponseHead answer, ResponsePlan plan, @Nullable String id) {
        Channel channel = front.channel();
        ByteWriter scratch = front.loop().scratch().clear();
        Http1Writer.Closing closing = plan.closing(request, front.client().peer(), id);
        front.stack().writer().response(scratch, answer, request, closing, front.date());
        if (plan.hasBody()) {
            channel.write(scratch.toBuffer(channel.alloc()), channel.voidPromise());
            return null;
        }
        return channel.write(scratch.toBuffer(channel.alloc()));
    }
}
