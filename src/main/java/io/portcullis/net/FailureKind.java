package io.portcullis.net;

import java.util.Locale;

/**
 * Every way an exchange or connection can end early: the word that log, meter and {@code Proxy-Status} share.
 *
 * <p>Each names who caused it and the RFC 9209 §2.3 error type it is told to the outside as.
 */
public enum FailureKind {
    /** The client closed or reset its connection before the response ended. */
    CLIENT_GONE(Side.CLIENT, "http_request_error"),
    /** The client's bytes are not a valid HTTP message. */
    BAD_REQUEST(Side.CLIENT, "http_request_error"),
    /** The client broke a rule of HTTP/2, so that its stream or connection had to be ended. */
    CLIENT_PROTOCOL_ERROR(Side.CLIENT, "http_protocol_error"),
    REQUEST_LINE_TOO_LONG(Side.CLIENT, "http_request_error"),
    REQUEST_HEAD_TOO_LARGE(Side.CLIENT, "http_request_error"),
    REQUEST_BODY_TOO_LARGE(Side.CLIENT, "http_request_error"),
    /** A transfer coding that we do not know. */
    UNKNOWN_TRANSFER_CODING(Side.CLIENT, "http_request_error"),
    UNSUPPORTED_HTTP_VERSION(Side.CLIENT, "http_request_error"),
    /** A WebSocket version other than 13. */
    WEBSOCKET_VERSION(Side.CLIENT, "http_request_error"),
    /** An expectation other than {@code 100-continue}. */
    UNKNOWN_EXPECTATION(Side.CLIENT, "http_request_error"),
    /** The request is for a host that this connection's TLS handshake does not open. */
    MISDIRECTED_REQUEST(Side.CLIENT, "http_request_denied"),
    /** TRACE or CONNECT. */
    METHOD_REFUSED(Side.CLIENT, "http_request_denied"),
    REQUEST_HEAD_TIMEOUT(Side.CLIENT, "http_request_error"),
    REQUEST_BODY_TIMEOUT(Side.CLIENT, "http_request_error"),
    /** The client sent its request's body below {@code limits.min-rate}. */
    REQUEST_TOO_SLOW(Side.CLIENT, "http_request_error"),
    /** The client took its response below {@code limits.min-rate}. */
    RESPONSE_TOO_SLOW(Side.CLIENT, "connection_write_timeout"),
    /** The client stopped reading its response. */
    RESPONSE_WRITE_TIMEOUT(Side.CLIENT, "connection_write_timeout"),

    NAME_NOT_RESOLVED(Side.UPSTREAM, "dns_error"),
    CONNECT_REFUSED(Side.UPSTREAM, "connection_refused"),
    CONNECT_TIMEOUT(Side.UPSTREAM, "connection_timeout"),
    CONNECT_FAILED(Side.UPSTREAM, "destination_unavailable"),
    /** No connection could be made, and no endpoint of the upstream is known to be better: each is left out, or does nothing but fail. */
    UPSTREAM_DOWN(Side.UPSTREAM, "destination_unavailable"),
    /** The endpoint's certificate is not one that is believed. */
    TLS_CERTIFICATE_REFUSED(Side.UPSTREAM, "tls_certificate_error"),
    /** The endpoint ended TLS by an alert. */
    TLS_ALERT(Side.UPSTREAM, "tls_alert_received"),
    /** The endpoint does not speak TLS, or none that is allowed. */
    TLS_FAILED(Side.UPSTREAM, "tls_protocol_error"),
    /** The endpoint closed or reset before any byte of a response. */
    UPSTREAM_CLOSED(Side.UPSTREAM, "connection_terminated"),
    /** The endpoint closed in the middle of a response. */
    RESPONSE_INCOMPLETE(Side.UPSTREAM, "http_response_incomplete"),
    /** The endpoint's bytes are not a valid HTTP response. */
    BAD_RESPONSE(Side.UPSTREAM, "http_protocol_error"),
    RESPONSE_HEAD_TOO_LARGE(Side.UPSTREAM, "http_response_header_section_size"),
    FIRST_BYTE_TIMEOUT(Side.UPSTREAM, "http_response_timeout"),
    RESPONSE_BODY_TIMEOUT(Side.UPSTREAM, "http_response_timeout"),
    /** The endpoint stopped reading the request's body. */
    REQUEST_WRITE_TIMEOUT(Side.UPSTREAM, "connection_write_timeout"),

    /** No route matches. */
    NO_ROUTE(Side.PROXY, "destination_not_found"),
    /** Every connection to the endpoint is in use, and nobody gave one back in time. */
    NO_FREE_CONNECTION(Side.PROXY, "connection_limit_reached"),
    /** Every endpoint of the upstream is left out, because of what became of requests or because checks fail. */
    NO_AVAILABLE_ENDPOINT(Side.PROXY, "destination_unavailable"),
    /** As many exchanges as the upstream may have are under way. */
    UPSTREAM_BUSY(Side.PROXY, "connection_limit_reached"),
    /** As many requests wait for the upstream's answers as its latency allows. */
    UPSTREAM_OVERLOADED(Side.PROXY, "connection_limit_reached"),
    /** Our own pseudonym stands in {@code Via}: the request came round in a circle. */
    LOOP_DETECTED(Side.PROXY, "proxy_loop_detected"),
    /** The exchange took longer than its route allows. */
    TOTAL_TIMEOUT(Side.PROXY, "http_response_timeout"),
    /** Neither side of an upgraded connection sent anything for too long. */
    TUNNEL_TIMEOUT(Side.PROXY, "connection_timeout"),
    /** The drain time was over before the exchange was. */
    DRAIN_TIMEOUT(Side.PROXY, "proxy_internal_error"),
    /** A mistake of our own. */
    INTERNAL(Side.PROXY, "proxy_internal_error");

    /** Who caused it. */
    public enum Side {
        CLIENT,
        UPSTREAM,
        PROXY;

        private final String tag = name().toLowerCase(Locale.ROOT);

        /** The word in log and meter. */
        public String tag() {
            return tag;
        }
    }

    private final Side side;
    private final String proxyStatus;
    private final String tag = name().toLowerCase(Locale.ROOT);

    FailureKind(Side side, String proxyStatus) {
        this.side = side;
        this.proxyStatus = proxyStatus;
    }

    public Side side() {
        return side;
    }

    /** The error type of RFC 9209 §2.3. */
    public String proxyStatus() {
        return proxyStatus;
    }

    /** The word in log and meter, for example {@code connect_timeout}. */
    public String tag() {
        return tag;
    }
}
