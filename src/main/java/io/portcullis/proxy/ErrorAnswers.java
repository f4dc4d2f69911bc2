package io.portcullis.proxy;

import io.portcullis.config.ErrorPage;
import io.portcullis.http.Accept;
import io.portcullis.http.Exchange;
import io.portcullis.http.FieldNames;
import io.portcullis.http.ReasonPhrase;
import io.portcullis.http.ResponseHead;
import io.portcullis.http.WholeAnswer;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Error answers as the operator's pages have them, where there is one that fits. */
final class ErrorAnswers {
    /** What only the backend can say, and clients need. */
    private static final List<String> KEPT = List.of("WWW-Authenticate", "Retry-After", "Allow", "Set-Cookie");

    private ErrorAnswers() {}

    /** Our own answer to {@code why}. */
    static WholeAnswer of(Flight flight, Routing routing, Failure why) {
        Exchange exchange = flight.exchange();
        int status = Answers.status(why.kind());
        ErrorPage page = page(flight, routing, status);
        String sentence = Answers.sentence(why.kind());
        WholeAnswer answer = page == null
                ? Answers.error(exchange, status, sentence, flight.id())
                : filled(page, status, sentence, flight.id());
        return Answers.failure(answer, why, routing.forwarding().via(), details(flight, why));
    }

    /** What stands behind a failure, in words of ours. */
    private static String details(Flight flight, Failure why) {
        String cause = why.cause() == null ? "" : why.cause().proxyStatus();
        if (Hedge.first(flight) == null) {
            return cause;
        }
        return (cause.isEmpty() ? "" : cause + ", ") + "hedged, " + flight.tries() + " tries";
    }

    /** Answers in place of the backend, where its route wants that; false where the client gets what the backend says. */
    static boolean replaces(Flight flight, Routing routing, ResponseHead head, ByteSource body) {
        if (head.status() < 400 || flight.shaping() == null || !flight.shaping().replacesErrors()) {
            return false;
        }
        ErrorPage page = page(flight, routing, head.status());
        if (page == null) {
            return false;
        }
        String sentence = head.status() < 500 ? "The site has no such answer." : "The site gave no proper answer.";
        WholeAnswer answer = filled(page, head.status(), sentence, flight.id());
        answer.with("Proxy-Status", routing.forwarding().via() + "; received-status=" + head.status());
        for (String name : KEPT) {
            head.fields().all(name.toLowerCase(Locale.ROOT)).forEach(value -> answer.fields()
                    .add(name, value));
        }
        if (flight.attempt() != null) {
            flight.attempt().leave(body);
        }
        flight.send(answer);
        return true;
    }

    private static @Nullable ErrorPage page(Flight flight, Routing routing, int status) {
        String type = flight.exchange().head().fields().first(FieldNames.CONTENT_TYPE);
        if (type != null && type.startsWith("application/grpc")) {
            return null;
        }
        Accept accept = Accept.of(flight.exchange().head());
        ErrorPage own = flight.shaping() == null ? null : first(flight.shaping().pages(), status, accept);
        return own != null ? own : first(routing.pages(), status, accept);
    }

    private static @Nullable ErrorPage first(List<ErrorPage> pages, int status, Accept accept) {
        for (ErrorPage page : pages) {
            if (page.isFor(status) && accept.takes(page.contentType())) {
                return page;
            }
        }
        return null;
    }

    private static WholeAnswer filled(ErrorPage page, int status, String sentence, String id) {
        StringBuilder text = new StringBuilder();
        List<String> parts = page.parts();
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            String value = i % 2 == 0
                    ? part
                    : switch (part) {
                        case "status" -> Integer.toString(status);
                        case "reason" -> ReasonPhrase.of(status);
                        case "message" -> sentence;
                        default -> id;
                    };
            text.append(i % 2 == 1 && page.isMarkup() ? Answers.escaped(value) : value);
        }
        return WholeAnswer.of(status, page.contentType(), text.toString())
                .with("Cache-Control", "no-store")
                .with("X-Content-Type-Options", "nosniff");
    }
}
