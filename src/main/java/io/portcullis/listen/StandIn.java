package io.portcullis.listen;

import io.netty.handler.codec.http.HttpRequest;
import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;

/** Heads for exchanges that have none of their own: something must carry the error to the client and to the log. */
final class StandIn {
    private StandIn() {}

    /** For a head that could not be read; its fields are kept, for the choice of an error's form. */
    static RequestHead unreadable(HttpRequest message) {
        return head(Fields.of(message.headers()));
    }

    /** For a head that never came. */
    static RequestHead nothing() {
        return head(Fields.create());
    }

    private static RequestHead head(Fields fields) {
        return new RequestHead(
                "",
                new RequestTarget("", null, null),
                Authority.NONE,
                fields,
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                RequestHead.UNKNOWN_LENGTH);
    }
}
