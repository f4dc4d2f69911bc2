package io.portcullis.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.portcullis.http.Exchange;
import io.portcullis.http.FieldNames;
import io.portcullis.http.ReasonPhrase;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What clients are told when Portcullis answers itself: the one map from failure to status and sentence.
 *
 * <p>A client learns what it can do and the id to report, never an address, a path or an exception of ours (Envoy 1.38.1).
 */
final class Answers {
    private Answers() {}

    /**
     * Answers with the error that {@code why} is; returns the status.
     *
     * @param via our pseudonym, for {@code Proxy-Status} (RFC 9209)
     */
    static int failure(Exchange exchange, Failure why, String id, String via) {
        int status = status(why.kind());
        ResponseHead head = head(exchange, status, sentence(why.kind()), id);
        head.fields().set("Proxy-Status", via + "; error=" + why.kind().proxyStatus());
        if (status == 503) {
            head.fields().set("Retry-After", "1");
        } else if (status == 405) {
            head.fields().set("Allow", "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");
        }
        send(exchange, head, text(exchange, status, sentence(why.kind()), id));
        return status;
    }

    /** Sends the client to {@code location}. */
    static int redirect(Exchange exchange, int status, String location, String id) {
        String sentence = "This page is at another address.";
        ResponseHead head = head(exchange, status, sentence, id);
        head.fields().set("Location", location);
        send(exchange, head, text(exchange, status, sentence, id));
        return status;
    }

    /** Sends what a route's {@code respond} says. */
    static int respond(Exchange exchange, Way.Respond with) {
        byte[] body = with.body().bytes();
        ResponseHead head = ResponseHead.of(with.status(), body.length);
        head.fields().set(FieldNames.CONTENT_TYPE, with.contentType());
        send(exchange, head, body);
        return with.status();
    }

    /** The status that {@code kind} is answered with; also what the log shows where no answer could be sent. */
    static int status(FailureKind kind) {
        return switch (kind) {
            case CLIENT_GONE, RESPONSE_WRITE_TIMEOUT -> 499;
            case BAD_REQUEST, PLAIN_HTTP_ON_TLS_PORT -> 400;
            case NO_ROUTE -> 404;
            case METHOD_REFUSED -> 405;
            case REQUEST_HEAD_TIMEOUT, REQUEST_BODY_TIMEOUT -> 408;
            case REQUEST_BODY_TOO_LARGE -> 413;
            case REQUEST_LINE_TOO_LONG -> 414;
            case UNKNOWN_EXPECTATION -> 417;
            case MISDIRECTED -> 421;
            case REQUEST_HEAD_TOO_LARGE -> 431;
            case INTERNAL -> 500;
            case UNKNOWN_TRANSFER_CODING -> 501;
            case NAME_NOT_RESOLVED, CONNECT_REFUSED, CONNECT_FAILED, UPSTREAM_CLOSED -> 502;
            case RESPONSE_INCOMPLETE, BAD_RESPONSE, RESPONSE_HEAD_TOO_LARGE -> 502;
            case NO_FREE_CONNECTION, DRAIN_TIMEOUT -> 503;
            case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, RESPONSE_BODY_TIMEOUT, REQUEST_WRITE_TIMEOUT -> 504;
            case UNSUPPORTED_HTTP_VERSION -> 505;
            case LOOP_DETECTED -> 508;
        };
    }

    private static String sentence(FailureKind kind) {
        return switch (kind) {
            case CLIENT_GONE, RESPONSE_WRITE_TIMEOUT -> "The connection was closed before the answer was complete.";
            case BAD_REQUEST -> "Your request is not valid HTTP.";
            case PLAIN_HTTP_ON_TLS_PORT -> "This port speaks HTTPS, and you sent plain HTTP.";
            case NO_ROUTE -> "There is no site or page at this address.";
            case METHOD_REFUSED -> "This method is not allowed here.";
            case REQUEST_HEAD_TIMEOUT, REQUEST_BODY_TIMEOUT -> "Your request took too long to arrive.";
            case REQUEST_BODY_TOO_LARGE -> "What you sent is larger than this site accepts.";
            case REQUEST_LINE_TOO_LONG -> "The address you asked for is too long.";
            case UNKNOWN_EXPECTATION -> "Your request expects something that this server does not know.";
            case MISDIRECTED -> "This connection does not serve the site you asked for; please open a new one.";
            case REQUEST_HEAD_TOO_LARGE -> "The header fields of your request, cookies for instance, are too large.";
            case INTERNAL -> "Something went wrong on our side.";
            case UNKNOWN_TRANSFER_CODING -> "Your request uses a transfer coding that this server does not know.";
            case NAME_NOT_RESOLVED, CONNECT_REFUSED, CONNECT_FAILED -> "The site is down at the moment.";
            case UPSTREAM_CLOSED, RESPONSE_INCOMPLETE, BAD_RESPONSE, RESPONSE_HEAD_TOO_LARGE ->
                "The site gave no proper answer.";
            case NO_FREE_CONNECTION, DRAIN_TIMEOUT -> "The site is busy; please try again in a moment.";
            case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, RESPONSE_BODY_TIMEOUT, REQUEST_WRITE_TIMEOUT ->
                "The site took too long to answer.";
            case UNSUPPORTED_HTTP_VERSION -> "This server speaks HTTP/1.1 and HTTP/1.0.";
            case LOOP_DETECTED -> "The request went round in a circle.";
        };
    }

    private static ResponseHead head(Exchange exchange, int status, String sentence, String id) {
        byte[] body = text(exchange, status, sentence, id);
        ResponseHead head = ResponseHead.of(status, body.length);
        head.fields().set(FieldNames.CONTENT_TYPE, contentType(exchange) + "; charset=utf-8");
        head.fields().set("Cache-Control", "no-store");
        head.fields().set("X-Content-Type-Options", "nosniff");
        return head;
    }

    private static void send(Exchange exchange, ResponseHead head, byte[] body) {
        ByteSink sink = exchange.respond(head);
        if (head.hasBody(exchange.head())) {
            ByteBuf bytes = Unpooled.wrappedBuffer(body);
            sink.write(bytes);
        }
        sink.end();
    }

    private static byte[] text(Exchange exchange, int status, String sentence, String id) {
        String reason = status + " " + ReasonPhrase.of(status);
        String text =
                switch (contentType(exchange)) {
                    case "application/json" ->
                        "{\"status\":" + status + ",\"message\":\"" + sentence + "\",\"id\":\"" + id + "\"}\n";
                    case "text/html" -> page(reason, sentence, id);
                    default -> reason + "\n" + sentence + "\nid " + id + "\n";
                };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String page(String reason, String sentence, String id) {
        return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width\"><title>" + reason + "</title>"
                + "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;"
                + "color-scheme:light dark}small{opacity:.7}</style><h1>" + reason + "</h1><p>" + sentence
                + "<p><small>id " + escaped(id) + "</small></html>\n";
    }

    /** An id that a trusted proxy brought is the only text here that is not ours. */
    private static String escaped(String id) {
        return id.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String contentType(Exchange exchange) {
        @Nullable String accept = exchange.head().fields().first("accept");
        String wanted = accept == null ? "" : accept.toLowerCase(Locale.ROOT);
        if (wanted.contains("text/html")) {
            return "text/html";
        }
        return wanted.contains("json") ? "application/json" : "text/plain";
    }
}
