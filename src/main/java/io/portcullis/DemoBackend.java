package io.portcullis;

import io.portcullis.http.Accept;
import io.portcullis.http.Exchange;
import io.portcullis.http.ExchangeHandler;
import io.portcullis.http.RequestHead;
import io.portcullis.http.WholeAnswer;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;

/** The embedded demo backend: a page that shows the request as a backend sees it, and {@code /healthz}. */
final class DemoBackend implements ExchangeHandler {
    private static final String STYLE =
            "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:6vh auto;padding:0 1rem;"
                    + "color-scheme:light dark}table{border-collapse:collapse;width:100%}"
                    + "td{padding:.25rem .75rem .25rem 0;vertical-align:top;border-top:1px solid #8884;"
                    + "overflow-wrap:anywhere}td:first-child{white-space:nowrap;font-weight:600}code{font-size:.95em}";

    @Override
    public void handle(Exchange exchange) {
        exchange.body().cancel(Failure.of(FailureKind.CLIENT_GONE, "the demo reads no bodies"));
        answer(exchange).with("Cache-Control", "no-store").send(exchange);
    }

    private static WholeAnswer answer(Exchange exchange) {
        RequestHead head = exchange.head();
        if (exchange.fault() != null) {
            return WholeAnswer.of(400, "text/plain", "400 Bad Request\n");
        }
        if (head.path().equals("/healthz")) {
            return WholeAnswer.of(200, "text/plain", "ok\n");
        }
        return Accept.of(head).namesHtml()
                ? WholeAnswer.of(200, "text/html; charset=utf-8", page(head))
                : WholeAnswer.of(200, "text/plain; charset=utf-8", text(head));
    }

    private static String text(RequestHead head) {
        StringBuilder text = new StringBuilder("Portcullis is in front of this demo backend, which saw:\n\n")
                .append(head.method())
                .append(' ')
                .append(head.target().text())
                .append(' ')
                .append(head.protocol().text())
                .append('\n');
        head.fields()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    private static String page(RequestHead head) {
        StringBuilder rows = new StringBuilder();
        head.fields().forEach((name, value) -> rows.append("<tr><td>")
                .append(escaped(name))
                .append("<td><code>")
                .append(escaped(value))
                .append("</code>"));
        return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width\"><title>Portcullis works</title><style>" + STYLE + "</style>"
                + "<h1>Portcullis works</h1><p>It ended TLS and forwarded your request to this demo backend, which saw:"
                + "<p><code>"
                + escaped(head.method() + " " + head.target().text() + " "
                        + head.protocol().text())
                + "</code><table>" + rows + "</table></html>\n";
    }

    private static String escaped(CharSequence text) {
        return text.toString().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
