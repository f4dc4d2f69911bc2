package io.portcullis.doctor;

import io.portcullis.tls.ServedChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Looks at a server as clients do, from the port up to the page, and stops where nothing higher can be seen. Blocks. */
public final class Doctor {
    private final Clock clock;
    private final List<Finding> found = new ArrayList<>();
    private final List<String> looked = new ArrayList<>();

    public Doctor(Clock clock) {
        this.clock = clock;
    }

    /** What was found so far, of all that were looked at. */
    public Diagnosis diagnosis() {
        return Diagnosis.of(found, looked);
    }

    /** Takes over what was found by other means. */
    public void add(List<Finding> more) {
        found.addAll(more);
    }

    /** Notes what was looked at, or could not be. */
    public void note(String sentence) {
        looked.add(sentence);
    }

    /** Looks at one server, at every address it has. */
    public void see(Patient patient) {
        if (patient.addresses().isEmpty()) {
            found.add(Ailment.NAME_UNKNOWN.at(
                    patient.authority(),
                    "the name " + patient.name() + " has no address",
                    "the resolver of this machine knows no A or AAAA record for it",
                    "check the spelling, then the zone: dig +short " + patient.name() + " A " + patient.name()
                            + " AAAA"));
            return;
        }
        PortCheck port = new PortCheck(patient);
        found.addAll(port.check());
        looked.addAll(port.looked());
        for (InetAddress address : port.open()) {
            Patient one = patient.at(address);
            try {
                answers(one);
            } catch (IOException e) {
                looked.add(one.where() + ": broke off, " + e.getMessage());
            }
        }
    }

    private void answers(Patient patient) throws IOException {
        HelloReply reply = HelloReply.ask(patient, Hello.usual());
        boolean wantsTls = patient.speaks() == Patient.Speaks.TLS;
        switch (reply) {
            case HelloReply.Taken taken -> {
                if (patient.speaks() == Patient.Speaks.PLAIN) {
                    found.add(tlsOnPlain(patient, taken));
                }
                secure(patient);
            }
            case HelloReply.Alerted alert -> {
                found.addAll(new ProtocolCheck(patient).refused(alert.number()));
                looked.add(patient.where() + ": the handshake, and nothing above it");
            }
            case HelloReply.Other other -> plain(patient, wantsTls, "\"" + other.text() + "\"");
            case HelloReply.Closed unused -> plain(patient, wantsTls, "nothing, and closed the connection");
            case HelloReply.Silent unused -> plain(patient, wantsTls, "nothing in time");
        }
    }

    private static Finding tlsOnPlain(Patient patient, HelloReply.Taken taken) {
        return Ailment.TLS_ON_PLAIN_PORT.at(
                patient.where(),
                "port " + patient.port() + " is for plain HTTP and speaks TLS: http:// links get no page",
                "it took the offer of a TLS client, " + ProtocolCheck.version(taken.version()),
                "take tls away from the listener on port " + patient.port() + ", and give it redirect-to-https {}");
    }

    private void plain(Patient patient, boolean wantsTls, String toHello) throws IOException {
        URI start = URI.create("http://" + authority(patient, 80) + "/");
        StringBuilder beginning = new StringBuilder();
        HttpAnswer answer = HttpAnswer.get(patient, start, beginning);
        if (answer == null) {
            found.add(Ailment.OTHER_PROTOCOL.at(
                    patient.where(),
                    "port " + patient.port() + " speaks neither TLS nor HTTP",
                    "to a TLS client it said " + toHello + "; to an HTTP request "
                            + (beginning.isEmpty() ? "nothing" : "\"" + beginning + "\""),
                    "see who listens there (ss -ltnp 'sport = :" + patient.port() + "'), and ask for the right port;"
                            + " a PROXY protocol listener is silent to everybody but its proxies"));
            return;
        }
        if (wantsTls) {
            found.add(Ailment.PLAIN_ON_TLS_PORT.at(
                    patient.where(),
                    "port " + patient.port() + " is for HTTPS and speaks plain HTTP",
                    "to a TLS client it said " + toHello + "; to a plain request " + answer.status(),
                    "give the listener on port " + patient.port()
                            + " a certificate: listeners.<name>.tls = NAME (nginx: listen " + patient.port()
                            + " ssl)"));
            looked.add(patient.where() + ": plain HTTP, and nothing above it");
            return;
        }
        Journey journey = Journey.from(patient, start);
        found.addAll(new HttpCheck(patient, clock).check(journey));
        found.addAll(new HstsCheck(patient).overPlain(journey.first("http")));
        looked.add(patient.where() + ": plain HTTP, " + journey.told() + way(journey));
    }

    private void secure(Patient patient) throws IOException {
        TlsVisit visit = TlsVisit.pay(patient, List.of("h2", "http/1.1"));
        boolean covered = false;
        if (!visit.chain().isEmpty()) {
            ServedChain chain = ServedChain.of(visit.chain());
            List<Finding> certificate = new CertificateCheck(patient, clock).check(chain);
            boolean dated = certificate.stream().anyMatch(each -> List.of(
                            Ailment.CERTIFICATE_EXPIRED,
                            Ailment.CERTIFICATE_NOT_YET_VALID,
                            Ailment.WEAK_KEY,
                            Ailment.WEAK_SIGNATURE)
                    .contains(each.ailment()));
            found.addAll(certificate);
            found.addAll(new TrustCheck(patient).check(chain, dated));
            covered = chain.covers("any." + patient.name());
        }
        if (visit.asked()) {
            found.add(Ailment.CLIENT_CERTIFICATE.at(
                    patient.where(),
                    "the server asks clients for a certificate",
                    "its handshake has a certificate request"
                            + (visit.failure() == null ? "" : "; without one: " + visit.failure()),
                    "if only known clients may come, this is right; else take tls.<name>.client-certificates away"));
        }
        if (visit.failure() != null) {
            if (!visit.asked()) {
                found.add(new ProtocolCheck(patient).brokeOff(visit.failure()));
            }
            looked.add(patient.where() + ": " + visit.chain().size() + " certificates; the handshake did not end ("
                    + visit.failure() + "), so no page was asked for");
            return;
        }
        pages(patient, visit, covered);
    }

    private void pages(Patient patient, TlsVisit visit, boolean covered) throws IOException {
        Journey journey = Journey.from(patient, URI.create("https://" + authority(patient, 443) + "/"));
        if (journey.answers().isEmpty()) {
            if (visit.alpn().equals("h2")) {
                looked.add(patient.where() + ": " + visit.version() + " " + visit.suite() + ", ALPN h2; "
                        + "it speaks only HTTP/2 and doctor asks by HTTP/1.1 (" + journey.dead()
                        + "): no page, so redirects, HSTS, clock and mixed content were not looked at");
                return;
            }
            boolean asked = visit.asked();
            if (!asked) {
                found.add(Ailment.OTHER_PROTOCOL.at(
                        patient.where(),
                        "port " + patient.port() + " speaks TLS and no HTTP within it",
                        "to GET / over " + visit.version() + ": " + journey.dead(),
                        "ask for the right port, or see the log of the server behind TLS"));
            }
            return;
        }
        found.addAll(new HttpCheck(patient, clock).check(journey));
        HttpAnswer first = journey.answers().getFirst();
        HstsCheck hsts = new HstsCheck(patient);
        found.addAll(hsts.overTls(first, covered));
        if (patient.port() == 443) {
            found.addAll(
                    hsts.preloadRedirect(first, Journey.from(patient, URI.create("http://" + patient.name() + "/"))));
        }
        looked.add(patient.where() + ": " + visit.version() + " " + visit.suite()
                + (visit.alpn().isEmpty() ? "" : ", ALPN " + visit.alpn()) + ", "
                + visit.chain().size()
                + (visit.chain().size() == 1 ? " certificate, " : " certificates, ") + journey.told() + way(journey));
    }

    private static String way(Journey journey) {
        return journey.away() != null
                ? " -> " + journey.away() + " (another host, not followed)"
                : journey.answers().isEmpty()
                        ? ""
                        : " (" + journey.answers().getLast().status() + ")";
    }

    private static String authority(Patient patient, int usual) {
        String authority = patient.authority();
        return patient.port() == usual ? authority.substring(0, authority.lastIndexOf(':')) : authority;
    }
}
