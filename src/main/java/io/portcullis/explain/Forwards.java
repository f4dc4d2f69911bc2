package io.portcullis.explain;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.portcullis.config.MirrorConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.config.UpstreamTls;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.FieldNames;
import io.portcullis.http.ForwardedFields;
import io.portcullis.http.Forwarding;
import io.portcullis.http.Http1Writer;
import io.portcullis.http.RequestHead;
import io.portcullis.net.ByteWriter;
import io.portcullis.net.TlsFacts;
import io.portcullis.proxy.Rehearsal;
import io.portcullis.upstream.Endpoint;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The upstream side: endpoints, the head as it is sent, what comes back changed, what is tried again. */
record Forwards(PortcullisConfig config, Forwarding forwarding, Function<String, @Nullable Upstream> live) {

    void tell(
            Facts facts,
            RouteConfig route,
            Rehearsal.Outcome.Forwarded forwarded,
            ClientConnection client,
            RequestHead head) {
        String name = forwarded.upstream();
        RequestHead outbound = forwarded.head();
        if (!outbound.path().equals(head.path())) {
            facts.put(
                    "rewritten",
                    head.path() + " becomes " + outbound.path() + " ("
                            + String.join(", ", route.shaping().path().texts()) + ")");
        }
        UpstreamConfig upstream = Objects.requireNonNull(config.upstreams().get(name));
        MirrorConfig mirror = route.shaping().mirror();
        facts.put("mirror", mirror == null ? null : mirror.toString());
        facts.put("upstream", name + " (" + upstream.where() + "): " + spoken(upstream));
        List<String> endpoints = endpoints(upstream);
        facts.put("endpoints", endpoints);
        List<String> sent = sent(
                client,
                head,
                outbound,
                upstream.endpoints().getFirst().address().toString());
        facts.put("sent", marked(sent, head));
        facts.put("not-passed-on", left(sent, head));
        facts.put("answer", answer(route, client));
        facts.put("hedged", Rehearsal.hedge(upstream.retries(), head, count(upstream)));
        facts.put("tried-again", Rehearsal.retries(upstream.retries(), head, count(upstream)));
    }

    /** A name stands for as many as it has addresses. */
    private int count(UpstreamConfig upstream) {
        Upstream running = live.apply(upstream.name());
        return Math.max(
                upstream.endpoints().size(),
                running == null ? 0 : running.members().size());
    }

    private static String spoken(UpstreamConfig upstream) {
        UpstreamTls tls = upstream.tls();
        String by = tls == null
                ? "without TLS"
                : "by TLS, " + (tls.verify() ? "verified" : "NOT verified")
                        + (tls.name() == null ? "" : " as " + tls.name());
        return upstream.protocol().word() + ", " + by;
    }

    private List<String> endpoints(UpstreamConfig config) {
        Upstream running = live.apply(config.name());
        List<String> texts = new ArrayList<>();
        if (running == null) {
            config.endpoints().forEach(each -> texts.add(each.address().toString()));
        } else {
            for (Member each : running.members()) {
                Endpoint.State now = each.endpoint().state();
                texts.add(each.endpoint().name() + "  " + now.busy() + " busy, " + now.idle() + " idle, "
                        + now.waiting() + " waiting"
                        + (each.isBackup() ? ", backup " + each.backup() : "")
                        + (each.isDrained() ? ", drained" : "")
                        + (each.health().isAvailable()
                                ? ""
                                : ", left out: " + each.health().reason()));
            }
        }
        if (running != null) {
            running.unresolved().forEach(name -> texts.add(name + "  has no address"));
        }
        if (texts.size() > 1) {
            texts.add("by "
                    + config.balance().policy().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return texts;
    }

    /** The head as it would be written, line by line. */
    private List<String> sent(ClientConnection client, RequestHead head, RequestHead outbound, String endpoint) {
        ForwardedFields own = forwarding.fields(client, head);
        String id = own.requestId().isEmpty() ? "(made for each request)" : own.requestId();
        ByteWriter out = new ByteWriter();
        Http1Writer.request(out, outbound, own, id, endpoint);
        ByteBuf bytes = out.toBuffer(UnpooledByteBufAllocator.DEFAULT);
        try {
            return bytes.toString(StandardCharsets.ISO_8859_1).strip().lines().toList();
        } finally {
            bytes.release();
        }
    }

    /** With {@code +} before what is ours. */
    private static List<String> marked(List<String> sent, RequestHead head) {
        List<String> came = came(head);
        List<String> marked = new ArrayList<>();
        for (String line : sent) {
            boolean ours = !line.equals(sent.getFirst()) && !came.contains(line.toLowerCase(Locale.ROOT));
            marked.add((ours ? "+ " : "  ") + line);
        }
        return marked;
    }

    private static List<String> left(List<String> sent, RequestHead head) {
        List<String> kept =
                sent.stream().map(line -> line.toLowerCase(Locale.ROOT)).toList();
        List<String> left = new ArrayList<>();
        head.fields().forEach((name, value) -> {
            String line = name + ": " + value;
            if (!kept.contains(line.toLowerCase(Locale.ROOT))) {
                left.add("- " + line + "  (" + reason(head, name) + ")");
            }
        });
        return left;
    }

    private static List<String> came(RequestHead head) {
        List<String> lines = new ArrayList<>();
        head.fields().forEach((name, value) -> lines.add((name + ": " + value).toLowerCase(Locale.ROOT)));
        return lines;
    }

    private static String reason(RequestHead head, String name) {
        return switch (FieldNames.kind(name)) {
            case IDENTITY, VIA -> "who the client is, is said by us";
            case HOP_BY_HOP, CONNECTION, UPGRADE -> "for this connection only, RFC 9110 §7.6.1";
            case TRANSFER_ENCODING, CONTENT_LENGTH, HOST -> "written anew";
            case PASSED, STRICT_TRANSPORT_SECURITY, DATE, EXPECT ->
                head.options().nominates(name) ? "named by Connection" : "changed by the route's request-headers";
        };
    }

    private List<String> answer(RouteConfig route, ClientConnection client) {
        TlsFacts tls = client.peer().tls();
        List<String> lines = new ArrayList<>();
        lines.add("+ Via: 1.1 " + forwarding.via());
        lines.add("+ X-Request-Id: the same as sent");
        String hsts = tls == null ? null : tls.hsts().get();
        if (hsts != null) {
            lines.add("+ Strict-Transport-Security: " + hsts + "  (in place of the backend's)");
        } else if (tls == null) {
            lines.add("- Strict-Transport-Security  (never by plain HTTP, RFC 6797 §7.2)");
        }
        lines.addAll(route.shaping().response().texts());
        return lines;
    }
}
