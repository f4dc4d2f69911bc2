package io.portcullis.listen;

import io.portcullis.http.Http2Block;
import io.portcullis.http.Http2HeadReader;
import io.portcullis.http.Http2Stream;
import io.portcullis.http.Protocol;
import io.portcullis.http.Reading;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import org.jspecify.annotations.Nullable;

/** Makes an exchange of the block of fields that opens a stream; of a block that is no request, too, for something must answer it. */
final class Http2Opening {
    private Http2Opening() {}

    static Http2Exchange of(Http2Front front, Http2Stream stream, Http2Block block, boolean last) {
        Reading<RequestHead> reading = Http2HeadReader.request(block, last, front.client(), front.limits());
        if (reading instanceof RequestHead head) {
            Failure fault = tooLarge(front, head);
            if (fault == null && !last) {
                stream.expect(head.bodyLength());
            }
            return new Http2Exchange(front, stream, head, fault, last);
        }
        if (reading instanceof Reading.Refused<RequestHead> refused) {
            return new Http2Exchange(front, stream, StandIn.head(Protocol.HTTP_2), refused.why(), last);
        }
        throw new IllegalStateException("a reading of another kind: " + reading);
    }

    private static @Nullable Failure tooLarge(Http2Front front, RequestHead head) {
        long most = front.stack().limits().requestBody();
        return head.bodyLength() <= most
                ? null
                : Failure.of(
                        FailureKind.REQUEST_BODY_TOO_LARGE,
                        "Content-Length " + head.bodyLength() + " (limits.request-body " + most + ")");
    }
}
