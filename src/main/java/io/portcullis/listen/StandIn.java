package io.portcullis.listen;

import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;

/** The head of an exchange whose own could not be read: something must carry the error to the client and to the log. */
final class StandIn {
    private StandIn() {}

    /** An empty head of HTTP/1.1. */
    static RequestHead head() {
        return head(Protocol.HTTP_1_1);
    }

    /** An empty head. */
    static RequestHead head(Protocol protocol) {
        return new RequestHead(
                "",
                new RequestTarget("", null, null),
                Authority.NONE,
                Fields.create(),
                protocol,
                ConnectionOptions.NONE,
                RequestHead.UNKNOWN_LENGTH);
    }
}
