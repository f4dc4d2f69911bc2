package io.portcullis.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.bouncycastle.cert.ocsp.OCSPReq;

/** An OCSP responder on a port of its own: reads real requests, by GET and POST, and answers as it is told to. */
public final class OcspResponder implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Function<BigInteger, byte[]> answers;
    private volatile int status = 200;
    private volatile boolean silent;

    private OcspResponder(Function<BigInteger, byte[]> answers) throws IOException {
        this.answers = answers;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** One that answers with what {@code answers} makes of a certificate's serial number. */
    public static OcspResponder that(Function<BigInteger, byte[]> answers) throws IOException {
        return new OcspResponder(answers);
    }

    /** Its address, for certificates. */
    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/ocsp";
    }

    /** How often it was asked. */
    public int asked() {
        return asked.get();
    }

    public void answers(Function<BigInteger, byte[]> next) {
        answers = next;
    }

    /** Answers by this HTTP status from now on. */
    public void status(int code) {
        status = code;
    }

    /** Takes requests from now on, and never answers. */
    public void fallSilent() {
        silent = true;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] request = request(exchange);
            asked.incrementAndGet();
            if (silent) {
                closed.await();
                return;
            }
            BigInteger serial =
                    new OCSPReq(request).getRequestList()[0].getCertID().getSerialNumber();
            byte[] body = answers.apply(serial);
            exchange.getResponseHeaders().set("Content-Type", "application/ocsp-response");
            exchange.sendResponseHeaders(status, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] request(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            return exchange.getRequestBody().readAllBytes();
        }
        String path = exchange.getRequestURI().getRawPath();
        String last = path.substring("/ocsp/".length());
        return Base64.getDecoder().decode(URLDecoder.decode(last, StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
