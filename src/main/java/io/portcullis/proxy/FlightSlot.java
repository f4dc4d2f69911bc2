package io.portcullis.proxy;

import io.portcullis.http.ClientConnection;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.TlsFacts;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The place of one past flight in a {@link FlightRing}, written over and over.
 *
 * <p>Design: numbers, bytes, and references only to texts that live as long as the configuration or are few (a failure's detail). What
 * belongs to one request is copied: a reference from here would keep its head alive for as long as it lies here.
 */
@io.portcullis.net.OnLoop
final class FlightSlot {
    private static final int ID = 128;
    private static final int ADDRESS = 46;
    private static final int METHOD = 16;
    private static final int HOST = 80;
    private static final int TARGET = 160;

    private final byte[] text = new byte[ID + ADDRESS + METHOD + HOST + TARGET];
    private final int[] ends = new int[5];
    private long epochMillis;
    private long openNanos;
    private long tryNanos;
    private long sentNanos;
    private long headNanos;
    private long hedgeNanos;
    private long bytesIn;
    private long bytesOut;
    private long totalNanos;
    private long handshakeNanos;
    private int port;
    private int status;
    private int tries;
    private boolean reused;
    private boolean resumed;
    private Protocol protocol = Protocol.HTTP_1_1;
    private String listener = "";
    private @Nullable String route;
    private @Nullable String upstream;
    private @Nullable String endpoint;
    private @Nullable String hedge;
    private @Nullable String version;
    private @Nullable String cipher;
    private @Nullable String group;
    private @Nullable FailureKind failure;
    private @Nullable String detail;

    void fill(Flight flight, long total) {
        ClientConnection client = flight.exchange().client();
        RequestHead head = flight.exchange().head();
        epochMillis = flight.beganMillis();
        openNanos = flight.beganNanos() - client.openedNanos();
        totalNanos = total;
        port = client.peer().port();
        listener = client.peer().listener();
        protocol = head.protocol();
        int at = put(0, 0, flight.id(), ID);
        at = put(1, at, flight.forwarded().client(), ADDRESS);
        at = put(2, at, head.method(), METHOD);
        at = put(3, at, head.authority().text(), HOST);
        int path = copy(at, head.path(), TARGET);
        String query = head.target().query();
        if (query != null && path - at < TARGET) {
            text[path++] = '?';
            path = copy(path, query, TARGET - (path - at));
        }
        ends[4] = path;
        tls(client.peer().tls());
        hop(flight);
        ending(flight);
    }

    private void tls(@Nullable TlsFacts tls) {
        version = tls == null ? null : tls.version();
        cipher = tls == null ? null : tls.cipher();
        group = tls == null ? null : tls.group();
        resumed = tls != null && tls.resumed();
        handshakeNanos = tls == null ? 0 : tls.handshakeNanos();
    }

    private void hop(Flight flight) {
        Way way = flight.way();
        Attempt attempt = flight.attempt();
        route = way == null ? null : way.route().name();
        upstream = flight.upstream() == null ? null : flight.upstream().name();
        endpoint = attempt == null ? null : attempt.member().endpoint().name();
        tries = flight.tries();
        reused = attempt != null && attempt.isReused();
        long zero = flight.beganNanos();
        tryNanos = attempt == null ? -1 : attempt.times().beganNanos() - zero;
        sentNanos = attempt == null || attempt.times().sentNanos() == 0
                ? -1
                : attempt.times().sentNanos() - zero;
        headNanos = attempt == null || attempt.times().headNanos() == 0
                ? -1
                : attempt.times().headNanos() - zero;
        Attempt beside = attempt == null ? null : Hedge.first(flight);
        hedge = beside == null ? null : beside.member().endpoint().name();
        hedgeNanos = beside == null ? -1 : beside.times().beganNanos() - zero;
        bytesIn = attempt == null ? 0 : attempt.bytesSent();
    }

    private void ending(Flight flight) {
        Failure why = flight.failure();
        status = flight.status();
        bytesOut = flight.bytesOut();
        failure = why == null ? null : why.kind();
        detail = why == null ? null : why.detail();
    }

    /** Whether it is of the exchange with this id. */
    boolean isOf(String id) {
        int length = Math.min(id.length(), ID);
        if (ends[0] != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text[i] != (byte) id.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    PastFlight read() {
        return new PastFlight(
                new PastFlight.Client(
                        listener,
                        text(1),
                        port,
                        openNanos,
                        version == null || cipher == null
                                ? null
                                : new PastFlight.Tls(version, cipher, group, resumed, handshakeNanos)),
                new PastFlight.Asked(text(0), epochMillis, protocol.text(), text(2), text(3), text(4)),
                new PastFlight.Hop(
                        route, upstream, endpoint, tries, reused, tryNanos, sentNanos, headNanos, hedge, hedgeNanos),
                new PastFlight.Ending(status, bytesIn, bytesOut, totalNanos, failure, detail));
    }

    private String text(int index) {
        int from = index == 0 ? 0 : ends[index - 1];
        return new String(text, from, ends[index] - from, StandardCharsets.ISO_8859_1);
    }

    private int put(int index, int at, String value, int most) {
        ends[index] = copy(at, value, most);
        return ends[index];
    }

    @SuppressWarnings(
            "deprecation") // getBytes(int, int, byte[], int) is the one copy of low bytes that makes no object
    private int copy(int at, String value, int most) {
        int count = Math.min(value.length(), most);
        value.getBytes(0, count, text, at);
        return at + count;
    }
}
