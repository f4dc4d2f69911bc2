package io.portcullis.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A product that serves TLS: its authority, {@code site.pem} for {@code example.com} and {@code *.example.com} in the product's folder
 * (so a configuration writes just that name), and clients that trust it.
 */
public final class HttpsSite {
    public static final String NAME = "example.com";

    private final ProxyExtension proxy;
    private final TestCertificates authority;

    private HttpsSite(ProxyExtension proxy, TestCertificates authority) {
        this.proxy = proxy;
        this.authority = authority;
    }

    /** Makes the authority and the site's certificate in {@code proxy}'s folder. */
    public static HttpsSite of(ProxyExtension proxy) throws IOException {
        TestCertificates authority = TestCertificates.in(proxy.dir());
        authority.leaf(NAME, "*." + NAME, "localhost").write("site");
        return new HttpsSite(proxy, authority);
    }

    /** The same site as another node serves it. */
    public HttpsSite on(ProxyExtension node) {
        return new HttpsSite(node, authority);
    }

    public TestCertificates authority() {
        return authority;
    }

    public Path rootFile() {
        return authority.rootFile();
    }

    public SSLContext trust() {
        return authority.trustingClient();
    }

    /** What a client offers that asks for {@link #NAME}. */
    public TlsOffer offer() {
        return TlsOffer.trusting(authority.rootFile()).named(NAME);
    }

    /** A client of the listener {@code https}. */
    public RawClient client() throws IOException {
        return RawClient.tls(proxy.port("https"), offer());
    }

    /** The same with {@code typed} on standard input. */
    public String opensslTyping(String typed, String... options) {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect"));
        command.add("127.0.0.1:" + proxy.port("https"));
        command.addAll(List.of(options));
        RunningProgram.Ended ended = Programs.runWithInput(typed, command.toArray(String[]::new));
        return ended.stdout() + ended.stderr() + "exit " + ended.exit();
    }

    /** Runs {@code openssl s_client} against the listener {@code https} to its end; all output as one text. */
    public String openssl(String... options) {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect"));
        command.add("127.0.0.1:" + proxy.port("https"));
        command.addAll(List.of("-CAfile", authority.rootFile().toString()));
        command.addAll(List.of(options));
        RunningProgram.Ended ended = Programs.run(command.toArray(String[]::new));
        return ended.stdout() + ended.stderr() + "exit " + ended.exit();
    }

    /**
     * The same for a client that shows a certificate and asks for a page of {@code name}; waits for the server to close, so that it gets
     * the session tickets too.
     */
    public String opensslRequest(String name, @Nullable TestLeaf shown, String... options) {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-ign_eof", "-connect"));
        command.add("127.0.0.1:" + proxy.port("https"));
        command.addAll(List.of("-CAfile", authority.rootFile().toString(), "-servername", name));
        if (shown != null) {
            command.addAll(List.of("-cert", shown.chainFile().toString()));
            command.addAll(List.of("-key", shown.keyFile().toString()));
        }
        command.addAll(List.of(options));
        String request = "GET / HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n";
        RunningProgram.Ended ended = Programs.runWithInput(request, command.toArray(String[]::new));
        return ended.stdout() + ended.stderr() + "exit " + ended.exit();
    }

    /** Handshakes that failed for {@code reason} so far. */
    public double failures(String reason) throws IOException {
        return proxy.scrape().sum("portcullis_tls_handshake_failures_total", "reason=\"" + reason + "\"");
    }

    /** Waits until {@code count} handshakes have failed for {@code reason}. */
    public void awaitFailures(String reason, int count) {
        Await.until(
                () -> {
                    try {
                        return failures(reason) == count;
                    } catch (IOException e) {
                        throw new AssertionError("no scrape", e);
                    }
                },
                () -> count + " handshake failures for " + reason + ", meters say " + told(),
                Await.LIMIT);
    }

    private String told() {
        try {
            return proxy.scrape().samples().stream()
                    .filter(sample -> sample.name().contains("handshake_failures"))
                    .toList()
                    .toString();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
