package io.portcullis.proxy;

import io.portcullis.http.Accept;
import io.portcullis.http.Exchange;
import io.portcullis.http.ReasonPhrase;
import io.portcullis.http.WholeAnswer;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;

/**
 * What clients are told when Portcullis answers itself: the one map from failure to status and sentence.
 *
 * <p>A client learns what it can do and the id to report, never an address, a path or an exception of ours (Envoy 1.38.1).
 */
final class Answers {
    private static final String METHODS = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";

    private Answers() {}

    /**
     * Adds to an error what {@code why} asks for.
     *
     * @param via our pseudonym, for {@code Proxy-Status} (RFC 9209)
     * @param details for it; empty where there are none
     */
    static WholeAnswer failure(WholeAnswer answer, Failure why, String via, String details) {
        int status = answer.status();
        String more = details.isEmpty() ? "" : "; details=\"" + details + "\"";
        answer.with("Proxy-Status", via + "; error=" + why.kind().proxyStatus() + more);
        if (status == 503) {
            answer.with("Retry-After", "1");
        } else if (status == 426) {
            answer.with("Sec-WebSocket-Version", "13");
        } else if (status == 400) {
            answer.last();
        } else if (status == 405) {
            answer.with("Allow", METHODS);
        }
        return answer;
    }

    /** Sends the client to {@code location}. */
    static WholeAnswer redirect(Exchange exchange, int status, String location, String id) {
        return error(exchange, status, "This page is at another address.", id).with("Location", location);
    }

    /** What OPTIONS is told that was not to go further (RFC 9110 §7.6.2). */
    static WholeAnswer options() {
        return WholeAnswer.of(200, "text/plain; charset=utf-8", "").with("Allow", METHODS);
    }

    /** What a route's {@code respond} says. */
    static WholeAnswer respond(Way.Respond with) {
        return WholeAnswer.of(with.status(), with.contentType(), with.body().bytes());
    }

    /** The status that {@code kind} is answered with, where the client is still there. */
    static int status(FailureKind kind) {
        return switch (kind) {
            case CLIENT_GONE, RESPONSE_WRITE_TIMEOUT, RESPONSE_TOO_SLOW -> 499;
            case BAD_REQUEST, CLIENT_PROTOCOL_ERROR -> 400;
            case NO_ROUTE -> 404;
            case METHOD_REFUSED -> 405;
            case REQUEST_HEAD_TIMEOUT, REQUEST_BODY_TIMEOUT, REQUEST_TOO_SLOW -> 408;
            case REQUEST_BODY_TOO_LARGE -> 413;
            case REQUEST_LINE_TOO_LONG -> 414;
            case UNKNOWN_EXPECTATION -> 417;
            case MISDIRECTED_REQUEST -> 421;
            case WEBSOCKET_VERSION -> 426;
            case REQUEST_HEAD_TOO_LARGE -> 431;
            case INTERNAL -> 500;
            case UNKNOWN_TRANSFER_CODING -> 501;
            case NAME_NOT_RESOLVED, CONNECT_REFUSED, CONNECT_FAILED, UPSTREAM_CLOSED -> 502;
            case TLS_CERTIFICATE_REFUSED, TLS_ALERT, TLS_FAILED -> 502;
            case RESPONSE_INCOMPLETE, BAD_RESPONSE, RESPONSE_HEAD_TOO_LARGE -> 502;
            case NO_AVAILABLE_ENDPOINT, UPSTREAM_DOWN -> 503;
            case NO_FREE_CONNECTION, UPSTREAM_BUSY, UPSTREAM_OVERLOADED, DRAIN_TIMEOUT -> 503;
            case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, RESPONSE_BODY_TIMEOUT, REQUEST_WRITE_TIMEOUT -> 504;
            case TOTAL_TIMEOUT, TUNNEL_TIMEOUT -> 504;
            case UNSUPPORTED_HTTP_VERSION -> 505;
            case LOOP_DETECTED -> 508;
        };
    }

    /** What a client is told of {@code kind}. */
    static String sentence(FailureKind kind) {
        return switch (kind) {
            case CLIENT_GONE, RESPONSE_WRITE_TIMEOUT, RESPONSE_TOO_SLOW ->
                "The connection was closed before the answer was complete.";
            case BAD_REQUEST, CLIENT_PROTOCOL_ERROR -> "Your request is not valid HTTP.";
            case NO_ROUTE -> "There is no site or page at this address.";
            case METHOD_REFUSED -> "This method is not allowed here.";
            case REQUEST_HEAD_TIMEOUT, REQUEST_BODY_TIMEOUT, REQUEST_TOO_SLOW ->
                "Your request took too long to arrive.";
            case REQUEST_BODY_TOO_LARGE -> "What you sent is larger than this site accepts.";
            case REQUEST_LINE_TOO_LONG -> "The address you asked for is too long.";
            case UNKNOWN_EXPECTATION -> "Your request expects something that this server does not know.";
            case MISDIRECTED_REQUEST -> "This site needs a connection of its own; please try again.";
            case WEBSOCKET_VERSION -> "This server speaks version 13 of WebSocket.";
            case TUNNEL_TIMEOUT -> "The connection was silent for too long.";
            case REQUEST_HEAD_TOO_LARGE -> "The header fields of your request, cookies for instance, are too large.";
            case INTERNAL -> "Something went wrong on our side.";
            case UNKNOWN_TRANSFER_CODING -> "Your request uses a transfer coding that this server does not know.";
            case NAME_NOT_RESOLVED, CONNECT_REFUSED, CONNECT_FAILED, NO_AVAILABLE_ENDPOINT, UPSTREAM_DOWN ->
                "The site is down at the moment.";
            case TLS_CERTIFICATE_REFUSED, TLS_ALERT, TLS_FAILED -> "The site is down at the moment.";
            case UPSTREAM_CLOSED, RESPONSE_INCOMPLETE, BAD_RESPONSE, RESPONSE_HEAD_TOO_LARGE ->
                "The site gave no proper answer.";
            case NO_FREE_CONNECTION, UPSTREAM_BUSY, UPSTREAM_OVERLOADED, DRAIN_TIMEOUT ->
                "The site is busy; please try again in a moment.";
            case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, RESPONSE_BODY_TIMEOUT, REQUEST_WRITE_TIMEOUT, TOTAL_TIMEOUT ->
                "The site took too long to answer.";
            case UNSUPPORTED_HTTP_VERSION -> "This server speaks HTTP/1.1 and HTTP/1.0.";
            case LOOP_DETECTED -> "The request went round in a circle.";
        };
    }

    /** A short answer with a sentence and the id, in the form that the client asks for. */
    static WholeAnswer error(Exchange exchange, int status, String sentence, String id) {
        return WholeAnswer.of(status, contentType(exchange) + "; charset=utf-8", text(exchange, status, sentence, id))
                .with("Cache-Control", "no-store")
                .with("X-Content-Type-Options", "nosniff");
    }

    private static String text(Exchange exchange, int status, String sentence, String id) {
        String reason = status + " " + ReasonPhrase.of(status);
        return switch (contentType(exchange)) {
            case "application/json" ->
                "{\"status\":" + status + ",\"message\":\"" + sentence + "\",\"id\":\"" + id + "\"}\n";
            case "text/html" -> page(reason, sentence, id);
            default -> reason + "\n" + sentence + "\nid " + id + "\n";
        };
    }

    private static String page(String reason, String sentence, String id) {
        return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width\"><title>" + reason + "</title>"
                + "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;"
                + "color-scheme:light dark}small{opacity:.7}</style><h1>" + reason + "</h1><p>" + sentence
                + "<p><small>id " + escaped(id) + "</small></html>\n";
    }

    /** An id that a trusted proxy brought is the only text here that is not ours. */
    static String escaped(String id) {
        return id.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String contentType(Exchange exchange) {
        Accept accept = Accept.of(exchange.head());
        int html = accept.named("text/html"::equals);
        int json = accept.named(type -> type.endsWith("json"));
        if (html > 0 && html >= json) {
            return "text/html";
        }
        return json > 0 ? "application/json" : "text/plain";
    }
}
