package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.portcullis.http.Fields;
import io.portcullis.http.HeadParser;
import io.portcullis.http.Http1Decoder;
import io.portcullis.http.Http1Reader;
import io.portcullis.http.MalformedMessage;
import io.portcullis.http.Reading;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import org.jspecify.annotations.Nullable;

/** What a front makes of decoded requests: exchanges, and the pieces of their bodies. */
@io.portcullis.net.OnLoop
final class RequestReading implements Http1Decoder.Owner<RequestHead> {
    private final Http1Front front;

    RequestReading(Http1Front front) {
        this.front = front;
    }

    @Override
    public Reading<RequestHead> read(HeadParser lines) throws MalformedMessage {
        return Http1Reader.request(lines, front.client());
    }

    @Override
    public long bodyLength(RequestHead head) {
        if (head.isUpgrade()) {
            // What follows is nobody's before the answer 101 (rule E04).
            return 0;
        }
        return head.bodyLength() < 0 ? Http1Decoder.CHUNKED : head.bodyLength();
    }

    @Override
    public void head(RequestHead head) {
        long most = front.stack().limits().requestBody();
        Failure fault = head.bodyLength() <= most
                ? null
                : Failure.of(
                        FailureKind.REQUEST_BODY_TOO_LARGE,
                        "Content-Length " + head.bodyLength() + " (limits.request-body " + most + ")");
        front.handle(new Http1Exchange(front, head, fault));
    }

    @Override
    public void content(ByteBuf chunk) {
        Http1Exchange current = front.current();
        if (current != null) {
            current.onContent(chunk);
        } else {
            chunk.release();
        }
    }

    @Override
    public void end(@Nullable Fields trailers) {
        Http1Exchange current = front.current();
        if (current != null) {
            current.onEnd(trailers);
        }
    }

    @Override
    public void malformed(Failure why) {
        Http1Exchange current = front.current();
        if (current != null) {
            current.broken(why);
        } else if (!front.isClosing()) {
            front.handle(new Http1Exchange(front, StandIn.head(), why));
        }
    }
}
