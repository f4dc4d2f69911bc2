package io.portcullis.proxy;

import io.portcullis.config.ErrorPage;
import io.portcullis.config.Limits;
import io.portcullis.config.PathChange;
import io.portcullis.config.RouteLimits;
import io.portcullis.config.ShapingConfig;
import io.portcullis.http.ClaimedNames;
import io.portcullis.http.Fields;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a route changes in what passes: made once for each route. Safe for any thread. */
public final class Shaping {
    private final @Nullable FieldChanges request;
    private final @Nullable FieldChanges response;
    private final @Nullable PathChange path;
    private final RouteLimits limits;
    private final List<ErrorPage> pages;
    private final boolean replacesErrors;

    private Shaping(ShapingConfig config) {
        this.request = FieldChanges.of(config.request());
        this.response = FieldChanges.of(config.response());
        this.limits = config.limits();
        this.pages = config.pages();
        this.replacesErrors = config.replacesErrors();
        this.path = config.path().isNone() ? null : config.path();
    }

    /** Null where nothing is changed, as in most routes. */
    static @Nullable Shaping of(ShapingConfig config) {
        return config.isNone() ? null : new Shaping(config);
    }

    /** What is bounded otherwise than by listener and upstream. */
    RouteLimits limits() {
        return limits;
    }

    /** Pages for error answers, before those of the whole configuration. */
    List<ErrorPage> pages() {
        return pages;
    }

    /** Whether pages take the place of the backend's errors too. */
    boolean replacesErrors() {
        return replacesErrors;
    }

    /** The head for the backend; null where the route makes an odd path of its path. What came is not changed. */
    @Nullable
    RequestHead outbound(RequestHead came, Supplier<Known> known) {
        if (path == null && request == null) {
            return came;
        }
        RequestTarget target = path == null || came.path().equals("*")
                ? came.target()
                : came.target().rewritten(path.applied(came.path()));
        if (target == null) {
            return null;
        }
        Fields fields = came.fields();
        if (request != null) {
            fields = fields.copy();
            request.apply(fields, known);
        }
        return came.forwardedAs(target, fields, request == null ? ClaimedNames.NONE : request.claimed());
    }

    /** Takes a request's body on its way to {@code sink}, where the route bounds it. */
    ByteSink capped(ByteSink sink, ByteSource from, Consumer<Failure> exceeded) {
        long most = limits.requestBody();
        return most == Limits.UNLIMITED ? sink : new BodyCap(sink, from, most, exceeded);
    }

    /** Keeps from following a response what {@code shaping} (null: nothing) removes from its head or sets there. */
    static void guard(@Nullable Shaping shaping, ResponseHead head) {
        if (shaping != null && shaping.response != null) {
            head.claimTrailers(shaping.response.claimed());
        }
    }

    /** Changes the fields of a response, the backend's or one of our own. */
    void respond(Fields fields, Supplier<Known> known) {
        if (response != null) {
            response.apply(fields, known);
        }
    }
}
