package io.portcullis.soak;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the process holds, seen after a collection.
 *
 * @param heap bytes in use
 * @param direct bytes that Netty holds for buffers
 * @param resident bytes of the process in memory
 * @param descriptors open files and sockets
 * @param threads platform threads
 */
record Footprint(long heap, long direct, long resident, long descriptors, int threads) {
    private static final int PAGE = 4096;

    static Footprint now() throws IOException {
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3);
        return new Footprint(
                heap,
                PlatformDependent.usedDirectMemory(),
                Long.parseLong(pages[1]) * PAGE,
                openFiles(),
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    String row(String when) {
        return "| %s | %.1f | %.1f | %.0f | %d | %d |"
                .formatted(when, mib(heap), mib(direct), mib(resident), descriptors, threads);
    }

    static double mib(long bytes) {
        return bytes / 1048576.0;
    }
}
