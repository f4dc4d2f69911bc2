package io.portcullis.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A collector on a free port: takes spans and meters by OTLP over HTTP, in protobuf, as the standard's own classes read it. */
public final class Collector implements AutoCloseable {
    /**
     * A span as a test looks at it.
     *
     * @param parent empty where it has none
     * @param error whether its status is an error
     */
    public record Seen(
            String trace,
            String id,
            String parent,
            String name,
            Span.SpanKind kind,
            boolean error,
            long beganNanos,
            long endedNanos,
            Map<String, String> tags) {
        /** A tag's value; null where it has none. */
        public @Nullable String tag(String key) {
            return tags.get(key);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Seen> spans = new CopyOnWriteArrayList<>();
    private final List<Metric> meters = new CopyOnWriteArrayList<>();
    private final List<String> services = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/traces", this::traces);
        server.createContext("/v1/metrics", this::metrics);
        server.start();
    }

    public static Collector start() {
        try {
            return new Collector();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it takes spans. */
    public String traces() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    /** Where it takes meters. */
    public String metrics() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/metrics";
    }

    /** Answers by {@code code} from now on, and takes nothing where that is no 200. */
    public Collector answer(int code) {
        status = code;
        return this;
    }

    /** Answers nothing until {@link #release}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    /** Waits for so many spans of both kinds, servers before clients. */
    public List<Seen> awaitSpans(int many) {
        Await.until(() -> spans.size() >= many, () -> many + " spans, but " + spans, Await.LIMIT);
        return spans();
    }

    /** What came so far, servers before clients, each kind as it began. */
    public List<Seen> spans() {
        return spans.stream()
                .sorted((a, b) -> a.kind() == b.kind()
                        ? Long.compare(a.beganNanos(), b.beganNanos())
                        : Integer.compare(a.kind().getNumber(), b.kind().getNumber()))
                .toList();
    }

    /** Every meter that came, again and again. */
    public List<Metric> meters() {
        return meters;
    }

    /** {@code service.name} of whatever came. */
    public List<String> services() {
        return services;
    }

    private void traces(HttpExchange exchange) throws IOException {
        try (InputStream in = exchange.getRequestBody()) {
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(in);
            if (status == 200) {
                request.getResourceSpansList().forEach(of -> {
                    service(of.getResource().getAttributesList());
                    of.getScopeSpansList()
                            .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(seen(span))));
                });
            }
        }
        done(exchange);
    }

    private void metrics(HttpExchange exchange) throws IOException {
        try (InputStream in = exchange.getRequestBody()) {
            ExportMetricsServiceRequest request = ExportMetricsServiceRequest.parseFrom(in);
            request.getResourceMetricsList().forEach(of -> {
                service(of.getResource().getAttributesList());
                of.getScopeMetricsList().forEach(scope -> meters.addAll(scope.getMetricsList()));
            });
        }
        done(exchange);
    }

    private void done(HttpExchange exchange) throws IOException {
        try {
            gate.await();
            exchange.sendResponseHeaders(status, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private void service(List<KeyValue> resource) {
        String name = tags(resource).get("service.name");
        if (name != null) {
            services.add(name);
        }
    }

    private static Seen seen(Span span) {
        return new Seen(
                hex(span.getTraceId().toByteArray()),
                hex(span.getSpanId().toByteArray()),
                hex(span.getParentSpanId().toByteArray()),
                span.getName(),
                span.getKind(),
                span.getStatus().getCodeValue() == 2,
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                tags(span.getAttributesList()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Map<String, String> tags(List<KeyValue> pairs) {
        return pairs.stream().collect(Collectors.toMap(KeyValue::getKey, pair -> text(pair.getValue())));
    }

    private static String text(AnyValue value) {
        return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.close();
    }
}
