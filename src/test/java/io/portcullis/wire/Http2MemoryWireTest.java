package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.Script;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one connection can make the process hold while backends take nothing: its window, and little more. */
class Http2MemoryWireTest {
    private static final int CONNECTIONS = 8;
    private static final int STREAMS = 16;
    private static final int WINDOW = 1024 * 1024;

    /** What allocators, which take memory in chunks for each event loop, and the test itself add. */
    private static final long ALLOWANCE = 24 * 1024 * 1024;

    @RegisterExtension
    final ProxyExtension proxy = Http2Stage.product(
            "upstreams.app { max-connections = 1, max-waiting = 1000, queue-timeout = 60 s, first-byte-timeout = 60 s }");

    private final Http2Stage stage = new Http2Stage(proxy);

    /** The one connection to the backend is taken, so every body waits here. The client sends all that the windows let it, in frames of {@code size} bytes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 128, 16 * 1024})
    void t15HeldBytesStayWithinTheConnectionsWindow(int size) throws Exception {
        stage.origin().answer(Script.deaf());
        RawHttp2 first = stage.client();
        first.get("/first");
        stage.origin().awaitHeads(1);
        RawHttp2[] clients = new RawHttp2[CONNECTIONS];
        long before = held();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients[i] = stage.client();
            clients[i].ping();
            for (int s = 0; s < STREAMS; s++) {
                int stream = clients[i].open(false, RawBlock.request("POST", "/" + s));
                clients[i].sendBytes(body(stream, WINDOW / STREAMS, size));
            }
            clients[i].ping();
        }
        long grown = held() - before;
        assertThat(grown).as("bytes held").isGreaterThan((long) CONNECTIONS * WINDOW / 2);
        assertThat(grown).as("bytes held").isLessThan((long) CONNECTIONS * (WINDOW + WINDOW / 2) + ALLOWANCE);
        for (RawHttp2 client : clients) {
            client.close();
        }
        first.close();
    }

    private static byte[] body(int stream, int bytes, int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int sent = 0; sent < bytes; sent += size) {
            out.writeBytes(RawFrame.data(stream, false, new byte[size]).toBytes());
        }
        return out.toByteArray();
    }

    /** Heap after a collection, and direct memory. */
    private static long held() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + PlatformDependent.usedDirectMemory();
    }

    @Test
    void theClientIsGivenNoMoreThanTheWindow() throws Exception {
        stage.origin().answer(Script.deaf());
        try (RawHttp2 client = stage.client()) {
            client.ping();
            long given = 65535
                    + client.seen().stream()
                            .filter(frame -> frame.type() == RawFrame.WINDOW_UPDATE && frame.stream() == 0)
                            .mapToLong(frame -> frame.number(0))
                            .sum();
            assertThat(given).isEqualTo(WINDOW);
            client.open(false, RawBlock.request("POST", "/"));
            client.send(RawFrame.data(1, false, new byte[16 * 1024])).ping();
        }
    }
}
