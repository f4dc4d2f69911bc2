package io.portcullis.doctor;

import io.portcullis.config.EndpointConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.config.UpstreamConfig.EndpointAddress;
import io.portcullis.config.UpstreamConfig.Protocol;
import io.portcullis.config.UpstreamTls;
import io.portcullis.tls.ClientTls;
import io.portcullis.tls.KnownRoots;
import io.portcullis.tls.ServedChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the endpoints of an upstream answer, and speak what the configuration says they speak. Blocks. */
public final class BackendCheck {
    /** A client's preface and its empty SETTINGS, RFC 9113 §3.4. */
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private static final int SETTINGS = 4;

    private final UpstreamConfig upstream;
    private final @Nullable ClientTls tls;
    private final Duration patience;
    private final List<Finding> found = new ArrayList<>();
    private final List<String> looked = new ArrayList<>();

    /** @param tls what is believed of endpoints that speak TLS; null: nothing is known of it */
    public BackendCheck(UpstreamConfig upstream, @Nullable ClientTls tls, Duration patience) {
        this.upstream = upstream;
        this.tls = tls;
        this.patience = patience;
    }

    /** What was looked at; after {@link #check}. */
    public List<String> looked() {
        return looked;
    }

    /** Looks at each endpoint once. */
    public List<Finding> check() {
        for (EndpointConfig each : upstream.endpoints()) {
            EndpointAddress address = each.address();
            if (address.isService()) {
                looked.add("not looked at: " + where(address) + ", which SRV records name");
            } else if (address.unixPath() != null) {
                socketFile(address, address.unixPath());
            } else {
                tcp(address);
            }
        }
        return found;
    }

    private String where(EndpointAddress address) {
        return "upstream " + upstream.name() + ", " + (address.isService() ? address.authority() : address);
    }

    private void socketFile(EndpointAddress address, Path path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            looked.add(where(address) + ": answers");
        } catch (IOException e) {
            unreachable(address, String.valueOf(e.getMessage()));
        }
    }

    private void unreachable(EndpointAddress address, String why) {
        found.add(Ailment.BACKEND_UNREACHABLE.at(
                where(address),
                "the backend cannot be reached: requests to it get 502, 503 or 504",
                address + ": " + why + " (" + upstream.where() + ")",
                "start it, let it listen where the proxy can reach it (not only on its own loopback or container), open the way,"
                        + " or correct upstreams." + upstream.name() + ".endpoints"));
    }

    private void tcp(EndpointAddress named) {
        List<InetAddress> all = Addresses.of(named.host(), patience);
        if (all.isEmpty()) {
            unreachable(named, "the name has no address");
        }
        for (InetAddress each : all) {
            String literal = each.getHostAddress();
            EndpointAddress address = literal.equals(named.host()) ? named : named.at(literal);
            tcp(
                    address,
                    new Patient(
                            named.host(),
                            named.port(),
                            List.of(each),
                            Patient.Speaks.ANY,
                            Patient.Ours.UNKNOWN,
                            KnownRoots.ofRuntime(),
                            patience));
        }
    }

    private void tcp(EndpointAddress address, Patient patient) {
        try {
            // Whether it can be reached at all, before what it says.
            Line.dial(patient.address(), patient.port(), patience).close();
            Spoken spoken = spoken(patient);
            Spoken wanted = upstream.tls() != null
                    ? upstream.protocol() == Protocol.H2 ? Spoken.HTTP2_TLS : Spoken.TLS
                    : upstream.protocol() == Protocol.H2C ? Spoken.HTTP2 : Spoken.HTTP1;
            judge(patient, address, wanted, spoken);
        } catch (IOException e) {
            unreachable(address, String.valueOf(e.getMessage()));
        }
    }

    private void judge(Patient patient, EndpointAddress address, Spoken wanted, Spoken spoken) throws IOException {
        boolean fits = wanted == spoken
                || wanted == Spoken.TLS && spoken == Spoken.HTTP2_TLS
                || wanted == Spoken.HTTP2 && spoken == Spoken.HTTP1 && http2(patient)
                || wanted == Spoken.HTTP2_TLS && spoken == Spoken.TLS && alpn(patient, "h2");
        if (fits) {
            certificate(patient, address);
            looked.add(where(address) + ": answers, and speaks " + wanted.words);
            return;
        }
        found.add(Ailment.BACKEND_PROTOCOL.at(
                where(address),
                "the backend speaks " + spoken.words + ", and the configuration says " + wanted.words,
                spoken == Spoken.OTHER
                        ? "it answers GET / by \"" + beginning(patient) + "\" and takes no TLS (" + upstream.where()
                                + ")"
                        : address + " answers as " + spoken.words + " does (" + upstream.where() + ")",
                "upstreams." + upstream.name() + ": " + remedy(wanted, spoken)));
    }

    private void certificate(Patient patient, EndpointAddress address) throws IOException {
        UpstreamTls settings = upstream.tls();
        if (tls == null || settings == null) {
            return;
        }
        String asked = settings.sni() == null ? tls.name(address.host()) : settings.sni();
        Patient named = new Patient(
                asked,
                patient.port(),
                patient.addresses(),
                Patient.Speaks.TLS,
                patient.ours(),
                patient.roots(),
                patience);
        List<X509Certificate> shown =
                TlsVisit.pay(named, List.of("h2", "http/1.1")).chain();
        String complaint = shown.isEmpty() ? null : tls.complaint(address.host(), shown);
        if (complaint != null) {
            found.add(Ailment.BACKEND_CERTIFICATE.at(
                    where(address),
                    "the backend's certificate is refused: requests to it get 502",
                    "it showed " + CertificateCheck.subject(shown.getFirst()) + ", for "
                            + String.join(" ", ServedChain.of(shown).names()) + ", and " + complaint + " ("
                            + settings.where() + ")",
                    "upstreams." + upstream.name()
                            + ".tls: ca = FILE with the authority that issued it, or name = NAME where"
                            + " its certificate has another; or let the backend have one that fits"));
        }
    }

    private static String remedy(Spoken wanted, Spoken spoken) {
        return switch (spoken) {
            case HTTP1 ->
                wanted == Spoken.TLS || wanted == Spoken.HTTP2_TLS
                        ? "take tls away (and protocol = h2), or let the backend speak TLS on this port"
                        : "write protocol = http1";
            case HTTP2 -> "write protocol = h2c" + (wanted == Spoken.HTTP1 ? "" : ", and take tls away");
            case TLS, HTTP2_TLS ->
                wanted == Spoken.HTTP2_TLS
                        ? "write protocol = http1, or let the backend offer h2 by ALPN"
                        : "write tls {} (with ca = FILE for an authority of your own)";
            case OTHER -> "correct the port in endpoints: this one belongs to something else";
        };
    }

    /** What a port may speak. */
    private enum Spoken {
        HTTP1("HTTP/1.1 without TLS"),
        HTTP2("HTTP/2 without TLS"),
        TLS("TLS"),
        HTTP2_TLS("HTTP/2 over TLS"),
        OTHER("another protocol");

        private final String words;

        Spoken(String words) {
            this.words = words;
        }
    }

    private Spoken spoken(Patient patient) throws IOException {
        boolean secure = upstream.tls() != null;
        if (secure && tls(patient)) {
            return Spoken.TLS;
        }
        if (HttpAnswer.parsed(said(patient)) != null) {
            // Some TLS servers explain themselves to plain clients by a 400.
            return !secure && tls(patient) ? Spoken.TLS : Spoken.HTTP1;
        }
        if (!secure && tls(patient)) {
            return Spoken.TLS;
        }
        return http2(patient) ? Spoken.HTTP2 : Spoken.OTHER;
    }

    private static boolean tls(Patient patient) throws IOException {
        HelloReply reply = HelloReply.ask(patient, Hello.all());
        return reply instanceof HelloReply.Taken || reply instanceof HelloReply.Alerted;
    }

    private static boolean alpn(Patient patient, String wanted) throws IOException {
        return TlsVisit.pay(patient, List.of(wanted)).alpn().equals(wanted);
    }

    private static String said(Patient patient) throws IOException {
        try (Line line = Line.dial(patient.address(), patient.port(), patient.patience())) {
            line.send(("HEAD / HTTP/1.1\r\nHost: " + patient.authority()
                            + "\r\nUser-Agent: portcullis-doctor\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            return new String(line.rest(4096), StandardCharsets.ISO_8859_1);
        }
    }

    private static String beginning(Patient patient) throws IOException {
        return HelloReply.printable(said(patient).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether it answers the preface by SETTINGS. */
    private static boolean http2(Patient patient) throws IOException {
        try (Line line = Line.dial(patient.address(), patient.port(), patient.patience())) {
            line.send(PREFACE);
            byte[] head = line.in().readNBytes(9);
            return head.length == 9 && head[3] == SETTINGS;
        } catch (java.net.SocketException | java.net.SocketTimeoutException e) {
            return false;
        }
    }
}
