package io.portcullis;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Requests over HTTP/1.1 and HTTP/2, small and large, on new connections and old ones. */
final class TrainingLoad {
    private static final int AT_ONCE = 32;
    private static final int ROUNDS_OF_A_CLIENT = 40;

    private final SSLContext trust;
    private final URI secure;
    private final URI plain;

    /** @param authority whose certificates are trusted */
    TrainingLoad(Portcullis running, Path authority) throws IOException, GeneralSecurityException {
        KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
        known.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            known.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(known);
        trust = SSLContext.getInstance("TLS");
        trust.init(null, factory.getTrustManagers(), null);
        secure = URI.create("https://localhost:" + running.port("https") + "/train?a=b");
        plain = URI.create("http://localhost:" + running.port("http") + "/train");
    }

    /** Goes on until so many were answered, or {@code limit} has passed; says how many were. */
    long run(long wanted, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        long answered = 0;
        while (answered < wanted && System.nanoTime() < end) {
            for (HttpClient.Version version : HttpClient.Version.values()) {
                answered += client(version, wanted - answered, end);
            }
        }
        return answered;
    }

    private long client(HttpClient.Version version, long wanted, long end) {
        long answered = 0;
        try (HttpClient client =
                HttpClient.newBuilder().version(version).sslContext(trust).build()) {
            for (int i = 0; i < ROUNDS_OF_A_CLIENT && answered < wanted && System.nanoTime() < end; i++) {
                List<CompletableFuture<HttpResponse<Void>>> sent = new ArrayList<>();
                for (int k = 0; k < AT_ONCE; k++) {
                    sent.add(client.sendAsync(request(k, version), HttpResponse.BodyHandlers.discarding()));
                }
                for (CompletableFuture<HttpResponse<Void>> each : sent) {
                    each.join();
                    answered++;
                }
            }
        }
        return answered;
    }

    private HttpRequest request(int k, HttpClient.Version version) {
        boolean unencrypted = k == 0 && version == HttpClient.Version.HTTP_1_1;
        HttpRequest.Builder wanted = HttpRequest.newBuilder(unencrypted ? plain : secure)
                .header("User-Agent", "portcullis-train")
                .header("Accept", "*/*")
                .timeout(Duration.ofSeconds(30));
        return k == 1
                ? wanted.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[64 * 1024]))
                        .build()
                : wanted.build();
    }
}
