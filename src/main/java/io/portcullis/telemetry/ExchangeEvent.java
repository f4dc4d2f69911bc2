package io.portcullis.telemetry;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * One exchange in a recording of JDK Flight Recorder, from its head to its last byte; nothing unless a recording enables it. Fields that
 * have no value are null, numbers 0.
 */
@Name("io.portcullis.Exchange")
@Label("Exchange")
@Description("One request and its response")
@Category("Portcullis")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("unused") // the recorder reads the fields
public final class ExchangeEvent extends Event {
    // Whether a recording wants any is asked of this one: nothing is made where none does.
    private static final ExchangeEvent ANY = new ExchangeEvent();

    @Label("Id")
    @Description("As in X-Request-Id and in the access log")
    private @Nullable String id;

    @Label("Listener")
    private @Nullable String listener;

    @Label("Client")
    private @Nullable String client;

    @Label("Protocol")
    private @Nullable String protocol;

    @Label("Method")
    private @Nullable String method;

    @Label("Host")
    private @Nullable String host;

    @Label("Path")
    @Description("Without the query")
    private @Nullable String path;

    @Label("Route")
    private @Nullable String route;

    @Label("Upstream")
    private @Nullable String upstream;

    @Label("Endpoint")
    @Description("The last one tried")
    private @Nullable String endpoint;

    @Label("Tries")
    private int tries;

    @Label("Status")
    @Description("0: none was sent")
    private int status;

    @Label("Outcome")
    @Description("ok, or the kind of failure")
    private @Nullable String outcome;

    @Label("Ended by")
    private @Nullable String endedBy;

    @Label("Connect")
    @Description("Of the last try; 0 where a kept connection served")
    @Timespan(Timespan.NANOSECONDS)
    private long connect;

    @Label("First byte")
    @Description("From sending the last try's head to the response's first byte")
    @Timespan(Timespan.NANOSECONDS)
    private long firstByte;

    @Label("Bytes in")
    @DataAmount
    private long bytesIn;

    @Label("Bytes out")
    @DataAmount
    private long bytesOut;

    /** Begins one; null where no recording wants it. */
    public static @Nullable ExchangeEvent begun() {
        if (!ANY.isEnabled()) {
            return null;
        }
        ExchangeEvent event = new ExchangeEvent();
        event.begin();
        return event;
    }

    /** The exchange is over; it is recorded where it took as long as the recording asks for. */
    public void over(AccessRecord record) {
        end();
        if (shouldCommit()) {
            came(record.connection(), record.request());
            went(record.hop());
            status = record.answer().status();
            bytesOut = record.answer().bytesOut();
            outcome = record.ending().outcome();
            endedBy = record.ending().endedBy();
            commit();
        }
    }

    private void came(AccessRecord.Connection from, AccessRecord.Request request) {
        listener = from.listener();
        client = from.client();
        id = request.id();
        protocol = request.protocol().tag();
        method = request.method();
        host = request.host();
        int query = request.target().indexOf('?');
        path = query < 0 ? request.target() : request.target().substring(0, query);
        bytesIn = request.bytesIn();
    }

    private void went(AccessRecord.Hop hop) {
        route = hop.route();
        upstream = hop.upstream();
        endpoint = hop.endpoint();
        tries = hop.tries();
        connect = Math.max(0, hop.connectNanos());
        firstByte = Math.max(0, hop.firstByteNanos());
    }
}
