package io.portcullis.soak;

import com.sun.management.ThreadMXBean;
import io.portcullis.Portcullis;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Counts what one keep-alive request over TLS makes the event loop allocate, and prints {@code bytes a request: N}; takes
 * {@code HTTP_1_1} or {@code HTTP_2}. Run it in a process of its own with {@code -XX:TieredStopAtLevel=1}: the larger compiler leaves
 * out allocations, and which ones depends on what else ran.
 */
public final class AllocationCount {
    private static final int WARM_UP = 3000;
    private static final int COUNTED = 1000;
    private static final int COUNTS = 5;

    private static final String CONFIG =
            """
            runtime.event-loops = 1
            listeners.https { bind = "127.0.0.1:0", tls = site }
            tls.site {
              certificates = [ { chain = "{chain}", key = "{key}", default = true } ]
              hsts { max-age = 365 days }
            }
            upstreams.app { endpoints = ["127.0.0.1:{port}"] }
            routes = [ { upstream = app } ]
            access-log { format = off }
            admin { bind = off }
            """;

    private AllocationCount() {}

    /** As the class says. */
    public static void main(String[] arguments) throws Exception {
        Path dir = Files.createTempDirectory("portcullis-allocation-");
        TestCertificates ca = TestCertificates.in(dir);
        TestLeaf leaf = ca.leaf("localhost").write("site");
        try (ServerSocket backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().name("backend").start(() -> serve(backend));
            Path file = Files.writeString(
                    dir.resolve("portcullis.conf"),
                    CONFIG.replace("{chain}", leaf.chainFile().toString())
                            .replace("{key}", leaf.keyFile().toString())
                            .replace("{port}", String.valueOf(backend.getLocalPort())));
            try (Portcullis product = Portcullis.start(file);
                    HttpClient client = HttpClient.newBuilder()
                            .sslContext(ca.trustingClient())
                            .version(HttpClient.Version.valueOf(arguments[0]))
                            .build()) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("https://localhost:" + product.port("https") + "/"))
                        .build();
                send(client, request, WARM_UP);
                System.out.println("bytes a request: " + median(client, request));
            }
        }
        System.exit(0);
    }

    /** Of several counts: a timer's task, or a class that is loaded, falls into one of them. */
    private static long median(HttpClient client, HttpRequest request) throws Exception {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < COUNTS; i++) {
            long before = allocatedByLoops();
            send(client, request, COUNTED);
            counts.add((allocatedByLoops() - before) / COUNTED);
        }
        Collections.sort(counts);
        return counts.get(COUNTS / 2);
    }

    private static void send(HttpClient client, HttpRequest request, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("answered " + answer.statusCode());
            }
        }
    }

    private static long allocatedByLoops() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("loop-")) {
                sum += threads.getThreadAllocatedBytes(thread.getThreadId());
            }
        }
        return sum;
    }

    private static void serve(ServerSocket door) {
        byte[] answer =
                "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nhello, world\n"
                        .getBytes(StandardCharsets.US_ASCII);
        while (true) {
            try {
                Socket socket = door.accept();
                Thread.ofPlatform().daemon().name("backend").start(() -> talk(socket, answer));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void talk(Socket socket, byte[] answer) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            int seen = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                seen = seen << 8 | next;
                if (seen == 0x0D0A0D0A) {
                    socket.getOutputStream().write(answer);
                    seen = 0;
                }
            }
        } catch (IOException e) {
            // The product has closed the connection: over.
        }
    }
}
