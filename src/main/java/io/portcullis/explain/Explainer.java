package io.portcullis.explain;

import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.Networks;
import io.portcullis.net.Peer;
import io.portcullis.net.TlsFacts;
import io.portcullis.proxy.Rehearsal;
import io.portcullis.route.NearMisses;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.TlsTarget;
import io.portcullis.upstream.Upstream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells what would become of a request, and why, of a configuration that runs or of one that does not. Opens nothing and changes
 * nothing. Safe for any thread; not for an event loop.
 */
public final class Explainer {
    private static final int MOST_MISSES = 12;

    private final PortcullisConfig config;
    private final Map<String, CertificateIndex> certificates;
    private final Function<String, @Nullable Upstream> live;
    private final Function<TlsConfig, @Nullable String> hsts;
    private final Rehearsal rehearsal;
    private final Networks trusted;

    /**
     * @param certificates by block
     * @param live the upstream of that name that runs; null where none does
     * @param hsts what a block says by {@code Strict-Transport-Security} now; null where nothing
     */
    public Explainer(
            PortcullisConfig config,
            Map<String, CertificateIndex> certificates,
            Function<String, @Nullable Upstream> live,
            Function<TlsConfig, @Nullable String> hsts) {
        this.config = config;
        this.certificates = certificates;
        this.live = live;
        this.hsts = hsts;
        this.rehearsal =
                new Rehearsal(config, host -> certificates.values().stream().anyMatch(index -> index.covers(host)));
        this.trusted = Networks.of(config.forwarding().trustedProxies());
    }

    /** What would become of {@code question}. */
    public Explanation explain(Question question) {
        Facts facts = new Facts();
        facts.put(
                "request",
                question.method() + " " + (question.secure() ? "https" : "http") + "://"
                        + question.authority().text() + question.target() + " from " + question.from());
        Arrival arrival = Arrival.of(question, config.listeners());
        ListenerConfig listener = arrival.listener();
        if (listener == null) {
            return unreached(facts, arrival.why());
        }
        facts.put("listener", listener.name() + " (" + listener.where() + "): " + arrival.why());
        if (arrival.wrongProtocol()) {
            return question.secure()
                    ? unreached(facts, "no handshake: the listener speaks plain HTTP")
                    : ended(
                            facts,
                            null,
                            new Rehearsal.Outcome.Refused(
                                    Failure.of(io.portcullis.net.FailureKind.BAD_REQUEST, "this port speaks HTTPS"),
                                    400));
        }
        TlsFacts tls = null;
        if (listener.tls() != null) {
            CertificateIndex index = Objects.requireNonNull(certificates.get(listener.tls()));
            TlsTarget target = index.match(question.serverName());
            if (target == null) {
                facts.put("certificate", "none: " + index.why(question.serverName()));
                return unreached(facts, "no handshake: unrecognized_name");
            }
            TlsConfig block = Objects.requireNonNull(config.tls().get(listener.tls()));
            Handshakes.tell(facts, question, block, index, target);
            String hsts = this.hsts.apply(block);
            facts.put("hsts", hsts == null ? "off" : hsts);
            tls = Handshakes.agreed(question, index, target, hsts);
        }
        return request(question, listener, client(question, listener, tls), facts);
    }

    private ClientConnection client(Question question, ListenerConfig listener, @Nullable TlsFacts tls) {
        boolean unix = question.from().equals("unix");
        InetAddress address = unix ? null : InetAddress.ofLiteral(question.from());
        boolean believed = address == null ? trusted.containsUnix() : trusted.contains(address);
        Peer peer = new Peer(
                listener.name(),
                address == null ? "unix" : Networks.text(address),
                0,
                address,
                null,
                question.port(),
                believed,
                tls);
        return new ClientConnection(peer, "ID");
    }

    private Explanation request(Question question, ListenerConfig listener, ClientConnection client, Facts facts) {
        HeadReading reading = HeadReading.of(question.head(), client, config.limits());
        RequestHead head = reading.head();
        if (head == null) {
            Failure why = Objects.requireNonNull(reading.refused());
            return ended(facts, null, Rehearsal.refused(why));
        }
        String asked = head.path();
        Rehearsal.Result result = rehearsal.of(listener, client, head);
        RouteConfig route = result.route();
        facts.put("client", clientText(client, head));
        if (!head.path().equals(asked)) {
            facts.put("path", asked + " becomes " + head.path() + " (path-policy of the route)");
        }
        if (route != null) {
            facts.put("route", RouteTexts.name(route) + ": " + RouteTexts.why(route));
        } else if (listener.redirect() != null) {
            facts.put("route", "none: the listener sends everything to HTTPS (redirect-to-https)");
        }
        if (listener.redirect() == null) {
            misses(facts, head, client, route);
        }
        if (result.outcome() instanceof Rehearsal.Outcome.Forwarded forwarded && route != null) {
            new Forwards(config, rehearsal.forwarding(), live).tell(facts, route, forwarded, client, head);
        }
        Amounts.tell(facts, config, listener, result);
        return ended(facts, route, result.outcome());
    }

    private String clientText(ClientConnection client, RequestHead head) {
        String address = rehearsal.forwarding().fields(client, head).client();
        boolean trusts = client.peer().trusted();
        return address
                + (trusts
                        ? " (" + client.peer().address() + " is one of forwarding.trusted-proxies: its word counts)"
                        : " (not one of forwarding.trusted-proxies: what it says of itself does not count)");
    }

    private void misses(Facts facts, RequestHead head, ClientConnection client, @Nullable RouteConfig route) {
        List<NearMisses.Miss> misses = NearMisses.of(
                config.routes(),
                head,
                rehearsal.forwarding().fields(client, head).client(),
                route);
        List<Facts> rows = new ArrayList<>();
        for (NearMisses.Miss miss : misses.subList(0, Math.min(MOST_MISSES, misses.size()))) {
            rows.add(new Facts().put("route", RouteTexts.name(miss.route())).put("why", miss.why()));
        }
        if (misses.size() > MOST_MISSES) {
            rows.add(new Facts().put("route", "and " + (misses.size() - MOST_MISSES) + " more"));
        }
        facts.rows("not-taken", rows);
    }

    private static Explanation unreached(Facts facts, String why) {
        facts.put("ends", why);
        return new Explanation(why, why, null, null, facts);
    }

    private static Explanation ended(Facts facts, @Nullable RouteConfig route, Rehearsal.Outcome outcome) {
        String ending = Explanation.ending(outcome);
        facts.put("ends", ending);
        return new Explanation(ending, null, outcome, route, facts);
    }
}
