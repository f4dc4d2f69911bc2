package io.portcullis.http;

import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import io.portcullis.net.Loop;
import org.jspecify.annotations.Nullable;

/** One request and its response, as a front offers them. All calls on its loop. */
@io.portcullis.net.OnLoop
public interface Exchange {
    /** Hears how an exchange ended. */
    interface Watcher {
        /** The exchange's id, as the client is told. */
        String id();

        /**
         * The exchange is over: once, whatever happened.
         *
         * @param why null where the whole response was handed to the socket
         */
        void over(@Nullable Failure why);
    }

    Loop loop();

    ClientConnection client();

    RequestHead head();

    /**
     * Why the request cannot be acted on: its bytes were refused, or it was too slow. Then {@link #head()} holds what is known,
     * an error is the only fit answer, and the connection is closed after it. Null where all is well.
     */
    @Nullable
    Failure fault();

    /** The request's body; ends at once where there is none. Whoever answers without reading it cancels it. */
    ByteSource body();

    /** Sets who hears of the end; before anything else is called. */
    void watch(Watcher watcher);

    /** Sends an interim response (1xx, not 101); dropped where the client cannot take it. */
    void inform(ResponseHead interim);

    /**
     * Sends the final head. Once.
     *
     * @return takes the body; its {@code end} is needed also where no body follows
     */
    ByteSink respond(ResponseHead head);

    /** Whether it ended, in whatever way; nothing may be sent then. */
    boolean isOver();

    /** Cuts the exchange where no proper end is possible: the client sees a broken connection or stream. */
    void cut(Failure why);
}
