package io.portcullis.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A whole configuration, read and checked.
 *
 * @param file the main file
 * @param files every file that was read, includes too; what a file watch looks at
 * @param runtime event loops and transport
 * @param listeners in the order of their names
 * @param tls by name
 * @param upstreams by name
 * @param routes in the order written; matching orders them by specificity
 * @param errorPages for error answers, where the route has none that fits
 * @param export what is sent to collectors
 * @param expect what must become of which requests, or the configuration is refused; in the order written
 * @param effective every key that holds, with its value and where that comes from
 */
public record PortcullisConfig(
        Path file,
        Set<Path> files,
        RuntimeConfig runtime,
        List<ListenerConfig> listeners,
        Map<String, TlsConfig> tls,
        Map<String, UpstreamConfig> upstreams,
        List<RouteConfig> routes,
        List<ErrorPage> errorPages,
        AdminConfig admin,
        AccessLogConfig accessLog,
        ExportConfig export,
        Timeouts timeouts,
        Limits limits,
        Http2Config http2,
        ForwardingConfig forwarding,
        ProcessConfig process,
        DemoConfig demo,
        List<Expectation> expect,
        List<Effective> effective) {

    /** Every certificate that is named anywhere. */
    public List<TlsConfig.Certificate> certificates() {
        List<TlsConfig.Certificate> all = new ArrayList<>();
        tls.values().forEach(block -> all.addAll(block.certificates()));
        for (ListenerConfig listener : listeners) {
            if (listener.signing() != null) {
                all.addAll(listener.signing().keys());
            }
        }
        return all;
    }

    /** Fields that we set of client certificates on any listener, and that so no client may bring. */
    public Set<String> claimedFields() {
        Set<String> names = new LinkedHashSet<>();
        tls.values().forEach(block -> names.addAll(block.claimedFields()));
        return names;
    }
}
