package io.portcullis.doctor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.tls.KnownRoots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Servers that are broken on purpose, and what the doctor finds at them. */
final class Sick implements AutoCloseable {
    static final String NAME = "shop.example";
    static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final List<AutoCloseable> open = new ArrayList<>();
    private List<X509Certificate> ours = List.of();
    private @Nullable Path ca;

    /** What a page answers. */
    record Page(int status, Map<String, String> fields, String body) {
        static Page ok(String body) {
            return new Page(200, Map.of(), body);
        }

        static Page with(String field, String value) {
            return new Page(200, Map.of(field, value), "ok");
        }

        static Page to(String location) {
            return new Page(302, Map.of("Location", location), "");
        }
    }

    Sick trusting(Path file) {
        ca = file;
        return this;
    }

    Sick expecting(X509Certificate... certificates) {
        ours = List.of(certificates);
        return this;
    }

    Patient patient(int port, Patient.Speaks speaks) {
        return new Patient(
                NAME,
                port,
                List.of(HERE),
                speaks,
                new Patient.Ours(ours, Set.of()),
                KnownRoots.ofRuntime().and(ca == null ? List.of() : List.of(ca)),
                Duration.ofSeconds(3));
    }

    Diagnosis see(int port, Patient.Speaks speaks) {
        return see(patient(port, speaks));
    }

    static Diagnosis see(Patient patient) {
        Doctor doctor = new Doctor(Clock.systemUTC());
        doctor.see(patient);
        return doctor.diagnosis();
    }

    /** The one finding of this kind; fails where there is none. */
    static Finding only(Ailment ailment, Diagnosis diagnosis) {
        return diagnosis.findings().stream()
                .filter(each -> each.ailment() == ailment)
                .findFirst()
                .orElseThrow(() -> new AssertionError(ailment.id() + " expected, found " + diagnosis));
    }

    static List<Ailment> ailments(Diagnosis diagnosis) {
        return diagnosis.findings().stream().map(Finding::ailment).toList();
    }

    /** HTTP on a free port; null {@code tls}: plain. The function gets the authority that was asked for. */
    int http(@Nullable SSLContext tls, Function<String, Page> pages) {
        try {
            HttpServer server = tls == null ? HttpServer.create() : HttpsServer.create();
            if (server instanceof HttpsServer secure && tls != null) {
                secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            }
            server.bind(new InetSocketAddress(HERE, 0), 50);
            server.createContext("/", exchange -> answer(exchange, pages));
            server.start();
            open.add(() -> server.stop(0));
            return server.getAddress().getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(HttpExchange exchange, Function<String, Page> pages) throws IOException {
        Page page = pages.apply(exchange.getRequestHeaders().getFirst("Host"));
        page.fields().forEach(exchange.getResponseHeaders()::set);
        byte[] body = page.body().getBytes(StandardCharsets.ISO_8859_1);
        exchange.sendResponseHeaders(page.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Says the same to everybody who says anything, and closes. */
    int parrot(byte[] words) {
        try {
            ServerSocket server = new ServerSocket(0, 50, HERE);
            open.add(server);
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try (Socket client = server.accept()) {
                        client.getInputStream().read(new byte[4096]);
                        client.getOutputStream().write(words);
                    } catch (IOException e) {
                        // The next one, or the end.
                    }
                }
            });
            return server.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int parrot(String words) {
        return parrot(words.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** {@code openssl s_server} with these options. */
    int openssl(String... options) {
        int port = Ports.free();
        List<String> command = new ArrayList<>(List.of("openssl", "s_server", "-accept", "127.0.0.1:" + port, "-www"));
        command.addAll(List.of(options));
        RunningProgram program = Programs.start(command.toArray(String[]::new));
        open.add(program);
        Await.until(() -> listens(port), () -> command + " to listen", Await.LIMIT);
        return port;
    }

    private static boolean listens(int port) {
        try (Socket probe = new Socket(HERE, port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }
}
