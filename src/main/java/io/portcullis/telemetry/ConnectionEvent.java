package io.portcullis.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * One client connection in a recording of JDK Flight Recorder, from when it was ready for requests to its close; nothing unless a
 * recording enables it. Fields that have no value are null, numbers 0.
 */
@Name("io.portcullis.Connection")
@Label("Connection")
@Description("One connection of a client, from its handshake's end to its close")
@Category("Portcullis")
@Enabled(false)
@StackTrace(false)
@SuppressWarnings("unused") // the recorder reads the fields
public final class ConnectionEvent extends Event {
    // Whether a recording wants any is asked of this one: nothing is made where none does.
    private static final ConnectionEvent ANY = new ConnectionEvent();

    @Label("Listener")
    private @Nullable String listener;

    @Label("Client")
    private @Nullable String client;

    @Label("Client port")
    private int clientPort;

    @Label("Protocol")
    @Description("http1 or h2")
    private @Nullable String protocol;

    @Label("Handshake")
    @Description("The time of the TLS handshake, which is over when the connection begins here")
    @Timespan(Timespan.NANOSECONDS)
    private long handshake;

    @Label("TLS version")
    private @Nullable String tlsVersion;

    @Label("TLS cipher")
    private @Nullable String tlsCipher;

    @Label("TLS group")
    private @Nullable String tlsGroup;

    @Label("Server name")
    private @Nullable String serverName;

    @Label("Resumed")
    private boolean resumed;

    /** Begins one; null where no recording wants it. */
    public static @Nullable ConnectionEvent begun() {
        if (!ANY.isEnabled()) {
            return null;
        }
        ConnectionEvent event = new ConnectionEvent();
        event.begin();
        return event;
    }

    /** The connection is closed; it is recorded where it lasted as long as the recording asks for. */
    public void over(AccessRecord.Connection from, boolean http2, long handshakeNanos) {
        end();
        if (shouldCommit()) {
            listener = from.listener();
            client = from.client();
            clientPort = from.clientPort();
            protocol = http2 ? "h2" : "http1";
            handshake = handshakeNanos;
            agreed(from.tls());
            commit();
        }
    }

    private void agreed(AccessRecord.@Nullable Tls tls) {
        if (tls != null) {
            tlsVersion = tls.version();
            tlsCipher = tls.cipher();
            tlsGroup = tls.group();
            serverName = tls.sni();
            resumed = tls.resumed();
        }
    }
}
