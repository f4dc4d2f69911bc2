package io.portcullis.doctor;

import io.portcullis.tls.Alert;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a client of today and the server find a version, a suite, a group and an application protocol in common. */
final class ProtocolCheck {
    private static final int UNRECOGNIZED_NAME = 112;
    private static final int NO_APPLICATION_PROTOCOL = 120;
    private static final Map<Integer, String> GROUPS = Map.of(
            0x11ec,
            "X25519MLKEM768",
            0x1d,
            "X25519",
            0x17,
            "P-256",
            0x18,
            "P-384",
            0x19,
            "P-521",
            0x1e,
            "X448",
            0x100,
            "ffdhe2048",
            0x101,
            "ffdhe3072",
            0x102,
            "ffdhe4096",
            0x202,
            "MLKEM1024");

    private final Patient patient;

    ProtocolCheck(Patient patient) {
        this.patient = patient;
    }

    /** Why {@code alert} was the answer to an offer as browsers make it; asks on until the cause stands alone. */
    List<Finding> refused(int alert) throws IOException {
        String said = "the server answered the offer of a usual client by the alert " + Alert.name(alert);
        if (alert == UNRECOGNIZED_NAME) {
            return List.of(Ailment.SERVER_NAME_REFUSED.at(
                    patient.where(),
                    "the server has no certificate for the name " + patient.name(),
                    said,
                    "give it a certificate for " + patient.name()
                            + " (tls.<name>.certificates), or mark one of them default"));
        }
        if (HelloReply.ask(patient, Hello.usual().withoutAlpn()) instanceof HelloReply.Taken
                || alert == NO_APPLICATION_PROTOCOL) {
            return List.of(alpn(said + "; without an offer of application protocols it agrees"));
        }
        if (!(HelloReply.ask(patient, Hello.all()) instanceof HelloReply.Taken most)) {
            return List.of(Ailment.TLS_REFUSED.at(
                    patient.where(),
                    "the server refuses every handshake",
                    said + ", and so every other offer, TLS 1.0 to 1.3 with all suites and groups",
                    "its log has the reason; often it has no usable certificate, or refuses this client's address"));
        }
        return cause(said, most);
    }

    private List<Finding> cause(String said, HelloReply.Taken most) throws IOException {
        if (most.version() < Hello.TLS12) {
            return List.of(Ailment.TLS_VERSION.at(
                    patient.where(),
                    "the server speaks " + version(most.version()) + " at most; clients ask for TLS 1.2 or 1.3",
                    said + "; it agrees to " + version(most.version()) + " when that is offered",
                    "switch on TLS 1.2 and 1.3 there, or update the server or its TLS library; "
                            + "in front of a machine that cannot, let Portcullis end TLS"));
        }
        Hello some = Hello.all();
        List<Finding> found = new ArrayList<>();
        if (HelloReply.ask(patient, some.withSuites(Hello.USUAL_SUITES)) instanceof HelloReply.Taken taken) {
            found.add(
                    Ailment.TLS_GROUPS.at(
                            patient.where(),
                            "no key-exchange group in common: the server wants none that clients usually offer",
                            said + "; with every group offered it agrees" + wanted(taken),
                            "let it take X25519 and P-256 too (in Portcullis: groups of the custom policy, or policy = intermediate)"));
        } else {
            found.add(Ailment.TLS_SUITES.at(
                    patient.where(),
                    "no cipher suite in common: the server wants only ones that clients no longer offer",
                    said + "; with every suite offered it takes " + version(most.version()) + " with suite "
                            + String.format("0x%04x", most.suite()) + " (IANA's number)",
                    "let it take ECDHE suites with AES-GCM or ChaCha20 (in Portcullis: policy = intermediate)"));
        }
        return found;
    }

    private String wanted(HelloReply.Taken taken) throws IOException {
        if (taken.group() != 0) {
            return " and wants " + GROUPS.getOrDefault(taken.group(), String.format("0x%04x", taken.group()));
        }
        for (int group : Hello.ALL_GROUPS) {
            // Not by itself: before TLS 1.3 the curve of the certificate's key must be among the groups too.
            List<Integer> beside = List.of(group, 0x1d, 0x17, 0x18);
            if (HelloReply.ask(patient, Hello.all().withGroups(beside)) instanceof HelloReply.Taken) {
                return " and takes " + GROUPS.getOrDefault(group, String.format("0x%04x", group));
            }
        }
        return "";
    }

    /** Why a handshake that a usual offer began did not end; {@code failure} is what our own client says. */
    Finding brokeOff(String failure) throws IOException {
        Hello usual = Hello.usual();
        if (!(HelloReply.ask(patient, usual.withGroups(List.of(0x1d, 0x17, 0x18))) instanceof HelloReply.Taken)) {
            return Ailment.TLS_GROUPS
                    .at(
                            patient.where(),
                            "only hybrid key exchange is taken: clients that are not post-quantum yet fail, as doctor itself does",
                            "an offer of X25519MLKEM768 is taken, one of X25519, P-256 and P-384 is not",
                            "let it take X25519 and P-256 too (in Portcullis: tls.<name>.policy = intermediate)")
                    .as(Severity.WARNING);
        }
        if (!(HelloReply.ask(patient, usual.withSuites(Hello.FORWARD_SUITES)) instanceof HelloReply.Taken)) {
            return Ailment.TLS_SUITES
                    .at(
                            patient.where(),
                            "only suites without forward secrecy are taken: many clients no longer offer them, doctor itself does not",
                            "an offer with RSA key exchange is taken, one of ECDHE suites alone is not",
                            "let it take ECDHE suites with AES-GCM or ChaCha20 (in Portcullis: tls.<name>.policy = intermediate)")
                    .as(Severity.WARNING);
        }
        return Ailment.TLS_REFUSED.at(
                patient.where(),
                "the handshake begins and breaks off",
                "the server took the offer of a usual client, and then: " + failure,
                "its log has the reason; a key that is not the certificate's, or something on the way, look so");
    }

    Finding alpn(String proof) {
        return Ailment.ALPN_MISMATCH.at(
                patient.where(),
                "no application protocol in common: clients offer h2 and http/1.1 by ALPN, and the server wants something else",
                proof,
                "let it offer h2 and http/1.1 (in Portcullis: tls.<name>.alpn = [\"h2\", \"http/1.1\"]; nginx: listen … ssl with http2 on)");
    }

    static String version(int version) {
        return version >= Hello.TLS10 && version <= Hello.TLS13 ? "TLS 1." + (version - Hello.TLS10) : "SSL 3.0";
    }
}
