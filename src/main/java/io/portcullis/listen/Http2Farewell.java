package io.portcullis.listen;

import io.portcullis.http.Http2Session;
import io.portcullis.net.Deadline;
import io.portcullis.net.Loop;
import java.time.Duration;

/**
 * How an HTTP/2 connection ends without hurting anybody (RFC 9113 §6.8, rule T19): first the client is told, and every stream that it
 * opens before it can know is taken; then, when it shows that it knows or has had time to, new ones are refused; and after the last
 * stream the connection closes.
 */
@io.portcullis.net.OnLoop
final class Http2Farewell {
    /** How long a client has to hear of it. */
    private static final Duration NOTICE = Duration.ofSeconds(1);

    private final Loop loop;
    private final Http2Session session;
    private final Runnable close;
    private final Deadline notice = new Deadline(this::refuse);
    private boolean begun;
    private boolean refusing;

    Http2Farewell(Loop loop, Http2Session session, Runnable close) {
        this.loop = loop;
        this.session = session;
        this.close = close;
    }

    void begin() {
        if (!begun) {
            begun = true;
            session.announceEnd();
            session.ping();
            loop.deadlines().add(notice);
            notice.in(NOTICE);
        }
    }

    boolean hasBegun() {
        return begun;
    }

    /** The client answered a PING: all that it sent before it knew has come. */
    void ponged() {
        if (begun) {
            refuse();
        }
    }

    /** Looks whether the last stream is over. */
    void look() {
        if (refusing && session.streams() == 0) {
            close.run();
        }
    }

    /** The connection is gone. */
    void over() {
        loop.deadlines().remove(notice);
    }

    private void refuse() {
        if (!refusing) {
            refusing = true;
            notice.clear();
            session.refuseNew();
            look();
        }
    }
}
