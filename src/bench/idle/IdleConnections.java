import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * What does an idle TLS connection cost? Opens many to a running Portcullis, sends one request on each, keeps them, and prints how
 * much the process has grown. Run by idle.sh; needs no class path: {@code java IdleConnections.java PORT CA.PEM PID COUNT}.
 */
public final class IdleConnections {
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int AT_ONCE = 32;
    /** Opened and closed first, so that classes, native libraries and thread caches are not counted. */
    private static final int WARM_UP = 500;

    private final SSLContext tls;
    private final int port;

    private IdleConnections(SSLContext tls, int port) {
        this.tls = tls;
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        long pid = Long.parseLong(args[2]);
        int count = Integer.parseInt(args[3]);
        IdleConnections clients = new IdleConnections(trusting(Path.of(args[1])), port);
        for (SSLSocket socket : clients.open(WARM_UP)) {
            socket.close();
        }
        collect(pid);
        long before = rss(pid);
        long began = System.nanoTime();
        List<SSLSocket> held = clients.open(count);
        long seconds = (System.nanoTime() - began) / 1_000_000_000;
        long asIs = rss(pid);
        collect(pid);
        long collected = rss(pid);
        System.out.printf(
                "%d idle TLS connections opened in %d s%nRSS before %.1f MiB, with them %.1f MiB, after a collection %.1f MiB%n"
                        + "per connection: %.1f KiB as it stood, %.1f KiB after a collection%n",
                count,
                seconds,
                before / 1024.0,
                asIs / 1024.0,
                collected / 1024.0,
                (asIs - before) / (double) count,
                (collected - before) / (double) count);
        int alive = 0;
        for (SSLSocket socket : held) {
            alive += clients.answers(socket) ? 1 : 0;
        }
        System.out.println(alive + " of them answer a second request");
        System.exit(alive == count ? 0 : 1);
    }

    private List<SSLSocket> open(int count) throws Exception {
        Semaphore turns = new Semaphore(AT_ONCE);
        List<Future<SSLSocket>> opening = new ArrayList<>(count);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                turns.acquire();
                opening.add(threads.submit(() -> {
                    try {
                        return one();
                    } finally {
                        turns.release();
                    }
                }));
            }
        }
        List<SSLSocket> open = new ArrayList<>(count);
        for (Future<SSLSocket> each : opening) {
            open.add(each.get());
        }
        return open;
    }

    private SSLSocket one() throws IOException {
        Socket plain = new Socket();
        plain.setReceiveBufferSize(4096);
        plain.setTcpNoDelay(true);
        plain.connect(new InetSocketAddress("127.0.0.1", port));
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", port, true);
        if (!answers(socket)) {
            throw new IOException("no answer");
        }
        return socket;
    }

    /** Sends a request and reads the answer, whose body is two bytes. */
    private boolean answers(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(REQUEST);
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return false;
            }
            head.append((char) b);
        }
        return in.readNBytes(2).length == 2 && head.indexOf("HTTP/1.1 200") == 0;
    }

    private static SSLContext trusting(Path pem) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void collect(long pid) throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.run").start();
        process.getInputStream().readAllBytes();
        process.waitFor();
    }

    /** Resident memory of the process, in KiB. */
    private static long rss(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D+", ""));
            }
        }
        throw new IOException("no VmRSS");
    }
}
