package io.portcullis.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Gauges of the process: what runs, its memory, and Micrometer's own meters {@code jvm.*}, {@code process.*}, {@code system.*}. */
final class ProcessMeters implements AutoCloseable {
    private static final String UNKNOWN = "unknown";

    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    private ProcessMeters() {}

    static ProcessMeters register(MeterRegistry registry, MeterGroup group) {
        group.gauge(MeterName.BUILD_INFO, () -> 1, version(), Runtime.version().toString(), nettyVersion());
        memory(group);
        ProcessMeters meters = new ProcessMeters();
        new JvmMemoryMetrics().bindTo(registry);
        meters.garbageCollection.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        return meters;
    }

    /**
     * Netty counts for itself: since JDK 25 it allocates past {@code ByteBuffer.allocateDirect}, so that the JVM's buffer pools
     * ({@code jvm.buffer.*}) do not see it.
     */
    private static void memory(MeterGroup group) {
        group.gauge(MeterName.DIRECT_MEMORY_USED, PlatformDependent::usedDirectMemory);
        group.gauge(MeterName.DIRECT_MEMORY_LIMIT, PlatformDependent::maxDirectMemory);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider) {
            ByteBufAllocatorMetric metric = provider.metric();
            group.gauge(MeterName.ALLOCATOR_USED, metric::usedDirectMemory, "direct");
            group.gauge(MeterName.ALLOCATOR_USED, metric::usedHeapMemory, "heap");
        }
    }

    private static String version() {
        String version = ProcessMeters.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** Of any of its artifacts: one jar of all keeps only one of their properties files. */
    private static String nettyVersion() {
        Properties versions = new Properties();
        try (InputStream in = ByteBufAllocator.class.getResourceAsStream("/META-INF/io.netty.versions.properties")) {
            if (in != null) {
                versions.load(in);
            }
        } catch (IOException e) {
            return UNKNOWN;
        }
        return versions.stringPropertyNames().stream()
                .filter(name -> name.endsWith(".version") && !name.contains("tcnative"))
                .map(versions::getProperty)
                .findFirst()
                .orElse(UNKNOWN);
    }

    @Override
    public void close() {
        garbageCollection.close();
    }
}
