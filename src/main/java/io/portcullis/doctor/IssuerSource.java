package io.portcullis.doctor;

import io.portcullis.tls.KnownRoots;
import io.portcullis.tls.ServedChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the certificate of an issuer from where a certificate says that it is (caIssuers, RFC 5280 §4.2.2.1). Blocks.
 *
 * <p>Whoever made the certificate wrote that address, and it need not be a friend: only {@link Reach} addresses are asked, redirects too, and
 * all of it together takes no longer than two probes.
 */
final class IssuerSource {
    private static final int MOST_SOURCES = 3;
    private static final int MOST_REDIRECTS = 2;

    private final Patient patient;
    private final long endNanos;
    private String why = "";
    private boolean refused;

    IssuerSource(Patient patient) {
        this.patient = patient;
        this.endNanos = System.nanoTime() + 2 * patient.patience().toNanos();
    }

    /** Why the last one was not given. */
    String why() {
        return why;
    }

    /** Whether one of them was not asked, or had something else: nobody ought to be sent there. */
    boolean isRefused() {
        return refused;
    }

    /** The issuer of {@code certificate}; null where none of its sources gives it. */
    @Nullable
    X509Certificate of(X509Certificate certificate) {
        List<String> sources = ServedChain.issuerSources(certificate);
        for (String source : sources.subList(0, Math.min(sources.size(), MOST_SOURCES))) {
            why = "";
            for (X509Certificate candidate : ServedChain.read(download(source))) {
                if (KnownRoots.issued(candidate, certificate)) {
                    return candidate;
                }
            }
            if (why.isEmpty()) {
                refused = true;
                why = "what is there is not that certificate";
            }
        }
        return null;
    }

    private byte[] download(String source) {
        try {
            URI page = URI.create(source);
            for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
                HttpAnswer answer = asked(page);
                URI next = answer == null ? null : Journey.next(page, answer);
                if (answer != null && answer.status() == 200) {
                    return answer.content().getBytes(StandardCharsets.ISO_8859_1);
                }
                if (next == null) {
                    why = why.isEmpty() ? answer == null ? "no HTTP" : "it answers " + answer.status() : why;
                    return new byte[0];
                }
                page = next;
            }
            why = "it only redirects";
        } catch (IOException | IllegalArgumentException e) {
            why = String.valueOf(e.getMessage());
        }
        return new byte[0];
    }

    private @Nullable HttpAnswer asked(URI page) throws IOException {
        String host = page.getHost();
        Duration left = Duration.ofNanos(endNanos - System.nanoTime());
        if (host == null) {
            throw new IOException("no host in " + page);
        }
        if (left.toMillis() < 1) {
            throw new IOException("no answer in time");
        }
        Duration patience = left.compareTo(patient.patience()) < 0 ? left : patient.patience();
        List<InetAddress> addresses = Addresses.of(host.replaceAll("[\\[\\]]", ""), patience);
        if (addresses.isEmpty()) {
            throw new IOException("no address for " + host);
        }
        InetAddress address = addresses.getFirst();
        if (!Reach.of(address).isOpenTo(Reach.of(patient.address()))) {
            refused = true;
            throw new IOException("not asked, for " + address.getHostAddress() + " is no public address");
        }
        Patient there = new Patient(
                host,
                Journey.port(page),
                List.of(address),
                Patient.Speaks.ANY,
                Patient.Ours.UNKNOWN,
                patient.roots(),
                patience);
        StringBuilder beginning = new StringBuilder();
        return HttpAnswer.get(there, page, beginning);
    }
}
