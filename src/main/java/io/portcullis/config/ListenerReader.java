package io.portcullis.config;

import io.portcullis.config.ListenerConfig.ProxyProtocol;
import io.portcullis.config.ListenerConfig.RedirectToHttps;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one block under {@code listeners}. */
final class ListenerReader {
    private static final List<Integer> STATUSES = List.of(301, 302, 307, 308);

    private ListenerReader() {}

    static ListenerConfig read(String name, Node node) {
        List<BindAddress> bind = node.requiredEach("bind", "where to listen", "bind = [\"*:443\"]", Addresses::bind);
        String tls = node.optional("tls", Labels::name);
        RedirectToHttps redirect = redirect(node.optionalBlock("redirect-to-https"));
        if (tls != null && redirect != null) {
            node.error(
                    "redirect-to-https",
                    "a listener with tls already speaks HTTPS: it would redirect to itself",
                    "remove tls, or redirect-to-https");
        }
        boolean h2c = node.value("h2c", Units::flag);
        if (tls != null && h2c) {
            node.error(
                    "h2c", "HTTP/2 without TLS on a listener with tls", "remove h2c: TLS listeners offer h2 by ALPN");
        }
        SigningConfig signing = signing(node.optionalBlock("signing"));
        int backlog = node.value("backlog", Units.integer(1, 65535));
        ProxyProtocol proxyProtocol = proxyProtocol(node.optionalBlock("proxy-protocol"));
        node.finish();
        return new ListenerConfig(name, bind, tls, redirect, signing, backlog, h2c, proxyProtocol, node.where());
    }

    private static @Nullable SigningConfig signing(@Nullable Node node) {
        return node == null ? null : SigningReader.read(node);
    }

    private static @Nullable ProxyProtocol proxyProtocol(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        ValueReader<String> range = setting -> IpAddresses.believed(node, setting);
        List<String> from = node.requiredEach("from", "who sends PROXY headers", "from = [\"10.0.0.0/8\"]", range);
        Duration timeout = node.value("timeout", Units.duration(Duration.ofMillis(10), Duration.ofMinutes(1)));
        node.finish();
        return new ProxyProtocol(from, timeout);
    }

    private static @Nullable RedirectToHttps redirect(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        int port = node.value("port", Units.integer(1, 65535));
        int status = node.value("status", Units.oneOf(STATUSES));
        node.finish();
        return new RedirectToHttps(port, status);
    }
}
