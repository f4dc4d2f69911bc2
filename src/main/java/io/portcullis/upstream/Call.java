package io.portcullis.upstream;

import io.portcullis.config.UpstreamConfig;
import io.portcullis.http.ForwardedFields;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request to one endpoint and its response: the client side of an exchange. All calls on its loop. */
@io.portcullis.net.OnLoop
public interface Call {
    /** Hears what the endpoint answers. */
    interface Watcher {
        /** How long the response's head may take, from the request's last byte; {@code ofUpstream} where nobody wants it otherwise. */
        default Duration firstByteLimit(Duration ofUpstream) {
            return ofUpstream;
        }

        /** How long the response's body may be silent; {@code ofUpstream} where nobody wants it otherwise. */
        default Duration idleBodyLimit(Duration ofUpstream) {
            return ofUpstream;
        }

        /** How long the response's head may take for {@code watcher}, if there is one. */
        static Duration firstByte(@Nullable Watcher watcher, UpstreamConfig config) {
            Duration ofUpstream = config.firstByteTimeout();
            return watcher == null ? ofUpstream : watcher.firstByteLimit(ofUpstream);
        }

        /** How long the response's body may be silent for {@code watcher}, if there is one. */
        static Duration idleBody(@Nullable Watcher watcher, UpstreamConfig config) {
            Duration ofUpstream = config.idleBodyTimeout();
            return watcher == null ? ofUpstream : watcher.idleBodyLimit(ofUpstream);
        }

        /** An interim response; any number before the final head. */
        void interim(ResponseHead head);

        /** The final head; once. {@code body} ends at once where none follows. */
        void head(ResponseHead head, ByteSource body);

        /** No head will come; once, and instead of {@link #head}. Later failures go into the body. */
        void failed(Failure why);

        /** The endpoint of a tunnel, which had ended its direction, is gone: nothing more can be sent to it. At most once. */
        void lost(Failure why);
    }

    /** Whether an earlier call used the same connection. */
    boolean reused();

    /** Whether, after a failure, the connection may have been closed before the request came: it was used before, and is gone. */
    default boolean isStale() {
        return reused();
    }

    /**
     * Sends the head. Once.
     *
     * @return takes the request's body; its {@code end} is needed also where there is none
     */
    ByteSink send(RequestHead head, ForwardedFields own, String id, Watcher watcher);

    /** Nobody wants the response: the endpoint is told by closing the connection, or the stream. Harmless after the end. */
    void cancel(Failure why);

    /** Gives back a call on which nothing was sent. */
    void release();
}
