package io.portcullis.proxy;

import io.portcullis.config.HedgeConfig;
import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.RetryConfig;
import io.portcullis.config.RouteConfig;
import io.portcullis.http.ClaimedNames;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.Forwarding;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Networks;
import io.portcullis.route.PathGate;
import io.portcullis.route.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request: the steps of a {@link Flight} that need no wire, taken by the same classes. Made of a configuration
 * alone, so that it tells of one that does not run too. Safe for any thread.
 */
public final class Rehearsal {
    /** How it would end, as far as we decide it. */
    public sealed interface Outcome {
        /** We answer with an error. */
        record Refused(Failure why, int status) implements Outcome {}

        /** We send the client elsewhere. */
        record Redirected(int status, String location) implements Outcome {}

        /** We answer, by {@code respond} or because OPTIONS was to go no further. */
        record Answered(int status) implements Outcome {}

        /**
         * An endpoint of it answers.
         *
         * @param head what the endpoint is sent, but for what we say of the client
         */
        record Forwarded(String upstream, RequestHead head) implements Outcome {}

        /** One of several upstreams answers, by a lot that the client does not have yet. */
        record Drawn(RouteConfig.Split split) implements Outcome {}
    }

    /**
     * What became of a request, and by which route.
     *
     * @param route null where none was asked for, or none matches
     */
    public record Result(@Nullable RouteConfig route, Outcome outcome) {}

    static final Failure ODD_PATH = Failure.of(
            FailureKind.BAD_REQUEST,
            "the route's rewrite makes an odd path of it: no normal form, dot segments, or //");

    private final RouteTable<RouteConfig> table;
    private final PathGate<RouteConfig> gate;
    private final Forwarding forwarding;
    private final Predicate<String> certified;

    /** @param certified whether a certificate of ours covers a host */
    public Rehearsal(PortcullisConfig config, Predicate<String> certified) {
        this.table = new RouteTable<>(config.routes(), route -> route);
        this.gate = new PathGate<>(table, RouteConfig::pathPolicy);
        this.forwarding = new Forwarding(
                Networks.of(config.forwarding().trustedProxies()),
                config.forwarding().via(),
                ClaimedNames.of(config.claimedFields()));
        this.certified = certified;
    }

    /** What backends are told of clients. */
    public Forwarding forwarding() {
        return forwarding;
    }

    /** What would become of {@code head}; settles its target, as routing does. */
    public Result of(ListenerConfig listener, ClientConnection client, RequestHead head) {
        ListenerConfig.RedirectToHttps redirect = listener.redirect();
        Failure refused = Refusals.of(client, head, forwarding, redirect == null);
        if (refused != null) {
            return new Result(null, refused(refused));
        }
        if (redirect != null) {
            return new Result(null, toHttps(head, redirect));
        }
        return switch (gate.route(head, forwarding.fields(client, head).client())) {
            case PathGate.Verdict.Refused<RouteConfig> not ->
                new Result(null, refused(Failure.of(FailureKind.BAD_REQUEST, not.why())));
            case PathGate.Verdict.Passed<RouteConfig> passed -> {
                head.target(passed.target());
                RouteConfig route = passed.route();
                yield new Result(route, route == null ? noRoute(head) : follow(route, client, head));
            }
        };
    }

    /** What becomes of a request whose bytes were refused already. */
    public static Outcome refused(Failure why) {
        return new Outcome.Refused(why, Answers.status(why.kind()));
    }

    private Outcome toHttps(RequestHead head, ListenerConfig.RedirectToHttps redirect) {
        return Routing.knows(table, certified, head.authority())
                ? new Outcome.Redirected(redirect.status(), HttpProxy.HttpsRedirect.location(head, redirect.port()))
                : refused(Failure.of(
                        FailureKind.NO_ROUTE,
                        "no route or certificate names " + head.authority().host()));
    }

    private static Outcome noRoute(RequestHead head) {
        return refused(Failure.of(
                FailureKind.NO_ROUTE, "no route for " + head.authority().host()));
    }

    private Outcome follow(RouteConfig route, ClientConnection client, RequestHead head) {
        return switch (route.action()) {
            case RouteConfig.Redirect to ->
                new Outcome.Redirected(to.status(), new Way.Redirect(to).location(route.path(), head.target()));
            case RouteConfig.Respond respond -> new Outcome.Answered(respond.status());
            case RouteConfig.Forward forward -> onward(forward.upstream(), route, client, head);
            case RouteConfig.Split split -> {
                SplitChoice choice = new SplitChoice(split);
                int lot = choice.lot(head, forwarding.fields(client, head).client());
                yield lot < 0
                        ? new Outcome.Drawn(split)
                        : onward(split.shares().get(choice.place(lot)).upstream(), route, client, head);
            }
        };
    }

    private Outcome onward(String upstream, RouteConfig route, ClientConnection client, RequestHead head) {
        return switch (MaxForwards.step(head)) {
            case ONWARD -> forwarded(upstream, route, client, head);
            case HERE -> new Outcome.Answered(200);
            case MALFORMED -> refused(Failure.of(FailureKind.BAD_REQUEST, "malformed or repeated Max-Forwards"));
        };
    }

    private Outcome forwarded(String upstream, RouteConfig route, ClientConnection client, RequestHead head) {
        Shaping shaping = Shaping.of(route.shaping());
        Known known = new Known(
                client, forwarding.fields(client, head).client(), head, "(made for each request)", route.name());
        RequestHead outbound = shaping == null ? head : shaping.outbound(head, () -> known);
        return outbound == null ? refused(ODD_PATH) : new Outcome.Forwarded(upstream, outbound);
    }

    /**
     * What would be tried again, one sentence each; asked of the policy itself.
     *
     * @param config when the upstream allows it
     * @param endpoints of the upstream it goes to
     */
    public static List<String> retries(RetryConfig config, RequestHead head, int endpoints) {
        List<String> said = new ArrayList<>();
        Failure refused = Failure.untouched(FailureKind.CONNECT_REFUSED, "");
        int tries = 1;
        while (RetryPolicy.after(config, refused, head, new RetryPolicy.Seen(tries, false, false, false))
                == RetryPolicy.Decision.ANOTHER_ENDPOINT) {
            tries++;
        }
        said.add(
                endpoints > 1 && tries > 1
                        ? "where nothing reached an endpoint (refused, no connection in time): another one, "
                                + Math.min(tries, endpoints) + " tries in all"
                        : "where nothing reached the endpoint: nothing, "
                                + (endpoints > 1 ? "by upstreams.<name>.retries" : "there is no other one"));
        Failure closed = Failure.of(FailureKind.UPSTREAM_CLOSED, "");
        boolean again = RetryPolicy.after(config, closed, head, new RetryPolicy.Seen(1, true, false, false))
                == RetryPolicy.Decision.NEW_CONNECTION;
        boolean another = RetryPolicy.after(config, closed, head, new RetryPolicy.Seen(1, false, false, false))
                == RetryPolicy.Decision.SEND_AGAIN;
        said.add("a kept connection that was closed before an answer: "
                + (again ? "once more on a new one" : "nothing, " + head.method() + " is not idempotent"));
        if (another && endpoints > 1) {
            said.add("a new connection that was closed before an answer: another endpoint, while the budget lasts");
        }
        if (endpoints > 1) {
            said.addAll(unanswered(config, head));
        }
        said.add("anything else, or once the request's body was begun: nothing");
        return said;
    }

    /** When another endpoint would be asked as well; null where the upstream never does that. */
    public static @Nullable String hedge(RetryConfig config, RequestHead head, int endpoints) {
        HedgeConfig hedge = config.hedge();
        if (hedge == null) {
            return null;
        }
        if (!Hedge.fits(head)) {
            return "never: only GET, HEAD and OPTIONS without a body are";
        }
        return endpoints < 2
                ? "never: there is no other endpoint"
                : "no answer for " + hedge.after().toMillis() + " ms: another endpoint is asked as well"
                        + (hedge.most() == 1 ? "" : ", up to " + hedge.most()) + ", while the budget lasts";
    }

    private static List<String> unanswered(RetryConfig config, RequestHead head) {
        RetryPolicy.Seen first = new RetryPolicy.Seen(1, false, false, false);
        List<String> said = new ArrayList<>();
        Failure late = Failure.of(FailureKind.FIRST_BYTE_TIMEOUT, "");
        if (RetryPolicy.after(config, late, head, first) == RetryPolicy.Decision.SEND_AGAIN) {
            said.add("no answer in time: another endpoint, while the budget lasts");
        }
        for (int status : config.statuses()) {
            if (RetryPolicy.afterStatus(config, status, head, first)) {
                said.add("an answer of " + status + ": another endpoint, while the budget lasts");
            }
        }
        return said;
    }
}
