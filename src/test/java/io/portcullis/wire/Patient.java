package io.portcullis.wire;

import static io.portcullis.wire.Site.OK;

import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.Origin;
import java.io.IOException;

/** A backend that falls ill and gets well, whatever it speaks. */
sealed interface Patient extends AutoCloseable {
    static Patient start(boolean http2) {
        return http2
                ? new ByHttp2(Http2Origin.start().respond(OK))
                : new ByHttp1(Origin.start().respond(OK));
    }

    String address();

    /** Requests so far. */
    int asked();

    void falls(Illness to) throws IOException;

    void recovers(Illness from) throws IOException;

    @Override
    void close() throws IOException;

    /** By HTTP/1.1. */
    record ByHttp1(Origin origin) implements Patient {
        @Override
        public String address() {
            return origin.address();
        }

        @Override
        public int asked() {
            return origin.requestCount();
        }

        @Override
        public void falls(Illness to) throws IOException {
            to.befalls(origin);
        }

        @Override
        public void recovers(Illness from) throws IOException {
            from.leaves(origin);
        }

        @Override
        public void close() throws IOException {
            origin.close();
        }
    }

    /** By HTTP/2. */
    record ByHttp2(Http2Origin origin) implements Patient {
        @Override
        public String address() {
            return origin.address();
        }

        @Override
        public int asked() {
            return origin.turns().size();
        }

        @Override
        public void falls(Illness to) throws IOException {
            to.befalls(origin);
        }

        @Override
        public void recovers(Illness from) throws IOException {
            from.leaves(origin);
        }

        @Override
        public void close() throws IOException {
            origin.close();
        }
    }
}
