package io.portcullis.admin;

import io.portcullis.http.Accept;
import io.portcullis.http.Exchange;
import io.portcullis.http.ExchangeHandler;
import io.portcullis.http.RequestHead;
import io.portcullis.http.WholeAnswer;
import io.portcullis.telemetry.Meters;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The paths of the admin listener: the dashboard at {@code /}, with {@code /ui/} and {@code /events}; {@code /metrics}, {@code
 * /livez}, {@code /readyz}, {@code /certificates}, {@code POST /reload}, and the product's own {@link Page}s.
 *
 * <p>Whoever reaches the listener may read. A page in an operator's browser must neither read nor reload (rule L09): requests that a
 * browser marks as coming from another site are refused, but for a link that a person follows, and so are host names where the
 * listener stands on loopback (DNS rebinding). Safe for any thread.
 */
public final class AdminHandler implements ExchangeHandler {
    /** What came of a reload, for a person to read. */
    public record Reloaded(boolean ok, String text) {}

    /**
     * What the product does for those who ask here; all of it blocks.
     *
     * @param certificates tells of certificates, as JSON
     * @param pages what else is told, by the first segment of the path
     * @param actions what can be done by who has the token
     */
    public record Product(
            Supplier<Reloaded> reload, Supplier<String> certificates, Map<String, Page> pages, Actions actions) {}

    private static final String ASSETS = "/ui/";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Meters meters;
    private final BooleanSupplier ready;
    private final Product product;
    private final Executor worker;
    private final boolean onLoopback;
    private final Viewers viewers;

    /**
     * @param worker runs what blocks
     * @param onLoopback whether the listener is bound to loopback alone
     */
    public AdminHandler(Meters meters, BooleanSupplier ready, Product product, Executor worker, boolean onLoopback) {
        this.meters = meters;
        this.ready = ready;
        this.product = product;
        this.worker = worker;
        this.onLoopback = onLoopback;
        this.viewers = new Viewers(() -> new Pulse(meters, System::nanoTime, System::currentTimeMillis), worker);
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead head = exchange.head();
        if (exchange.fault() != null) {
            text(400, "400 Bad Request\n").send(exchange);
        } else if (onLoopback && !Origins.isLocal(head.authority())) {
            text(421, "421 Misdirected Request\nUse an IP address or localhost here.\n")
                    .send(exchange);
        } else if (Origins.isForeign(head) && !Origins.isVisit(head)) {
            text(403, "403 Forbidden\nA page of another site may not do this.\n")
                    .send(exchange);
        } else {
            switch (head.path()) {
                case "/" -> home(exchange);
                case "/events" -> events(exchange);
                case "/livez" -> get(exchange, text(200, "alive\n"));
                case "/readyz" -> get(exchange, ready.getAsBoolean() ? text(200, "ready\n") : text(503, "draining\n"));
                case "/metrics" -> metrics(exchange);
                case "/certificates" -> page(exchange, product.certificates());
                case "/reload" -> reload(exchange);
                default -> page(exchange);
            }
        }
    }

    /** The dashboard for a browser; for others the paths that there are. */
    private void home(Exchange exchange) {
        if (Accept.of(exchange.head()).namesHtml()) {
            asset(exchange, "index.html");
        } else {
            get(exchange, text(200, index()));
        }
    }

    private void asset(Exchange exchange, String name) {
        if (!isRead(exchange.head())) {
            notAllowed("GET, HEAD").send(exchange);
            return;
        }
        WholeAnswer.later(exchange, worker, () -> {
            WholeAnswer asset = Assets.find(name);
            return asset == null ? text(404, "404 Not Found\n") : asset.with("Vary", "Accept");
        });
    }

    private void events(Exchange exchange) {
        if (exchange.head().method().equals("GET")) {
            viewers.join(exchange);
        } else {
            notAllowed("GET").send(exchange);
        }
    }

    private String index() {
        String more = product.pages().keySet().stream()
                .sorted()
                .map(name -> " /" + name)
                .collect(Collectors.joining());
        return "GET /events /metrics /livez /readyz /certificates" + more + "\nPOST /reload\n";
    }

    private void page(Exchange exchange) {
        RequestHead head = exchange.head();
        String path = head.path();
        if (path.startsWith(ASSETS)) {
            asset(exchange, path.substring(ASSETS.length()));
            return;
        }
        int slash = path.indexOf('/', 1);
        String segment = path.substring(1, slash < 0 ? path.length() : slash);
        Page page = product.pages().get(segment);
        boolean told =
                head.method().equals("POST") && slash > 0 && product.actions().knows(segment);
        if (told && Origins.isForeign(head)) {
            text(403, "403 Forbidden\nA page of another site may not do this.\n")
                    .send(exchange);
        } else if (told) {
            product.actions().act(exchange, segment, path.substring(slash + 1), worker);
        } else if (page == null) {
            text(404, "404 Not Found\n").send(exchange);
        } else if (!isRead(head)) {
            notAllowed("GET, HEAD").send(exchange);
        } else {
            String rest = slash < 0 ? "" : path.substring(slash + 1);
            String query = head.target().query();
            WholeAnswer.later(exchange, worker, () -> {
                Page.Answer answer = page.answer(rest, Queries.read(query));
                return WholeAnswer.of(answer.status(), answer.contentType(), answer.text())
                        .with("Cache-Control", "no-store")
                        .with("X-Content-Type-Options", "nosniff");
            });
        }
    }

    private void metrics(Exchange exchange) {
        if (isRead(exchange.head())) {
            String accept = exchange.head().fields().first("accept");
            WholeAnswer.later(
                    exchange, worker, () -> WholeAnswer.of(200, meters.contentType(accept), meters.scrape(accept)));
        } else {
            notAllowed("GET, HEAD").send(exchange);
        }
    }

    private void page(Exchange exchange, Supplier<String> json) {
        if (isRead(exchange.head())) {
            WholeAnswer.later(exchange, worker, () -> WholeAnswer.of(200, "application/json", json.get())
                    .with("Cache-Control", "no-store")
                    .with("X-Content-Type-Options", "nosniff"));
        } else {
            notAllowed("GET, HEAD").send(exchange);
        }
    }

    private void reload(Exchange exchange) {
        RequestHead head = exchange.head();
        if (!head.method().equals("POST")) {
            notAllowed("POST").send(exchange);
        } else {
            WholeAnswer.later(exchange, worker, () -> {
                Reloaded result = product.reload().get();
                return text(result.ok() ? 200 : 422, result.text() + "\n");
            });
        }
    }

    private static void get(Exchange exchange, WholeAnswer answer) {
        (isRead(exchange.head()) ? answer : notAllowed("GET, HEAD")).send(exchange);
    }

    private static boolean isRead(RequestHead head) {
        return head.method().equals("GET") || head.isHead();
    }

    private static WholeAnswer text(int status, String text) {
        return WholeAnswer.of(status, TEXT, text)
                .with("Cache-Control", "no-store")
                .with("X-Content-Type-Options", "nosniff");
    }

    private static WholeAnswer notAllowed(String allowed) {
        return text(405, "405 Method Not Allowed\n").with("Allow", allowed);
    }
}
