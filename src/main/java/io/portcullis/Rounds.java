package io.portcullis;

import io.portcullis.config.BindAddress;
import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.doctor.Addresses;
import io.portcullis.doctor.BackendCheck;
import io.portcullis.doctor.ConfigCheck;
import io.portcullis.doctor.Diagnosis;
import io.portcullis.doctor.Doctor;
import io.portcullis.doctor.Patient;
import io.portcullis.listen.PortOwner;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.ClientTls;
import io.portcullis.tls.Credential;
import io.portcullis.tls.KnownRoots;
import io.portcullis.tls.ServedChain;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whom {@code doctor} goes to see: one server from outside, or everything that a configuration names. Blocks. */
final class Rounds {
    /** Names of one listener that are looked at; each costs some handshakes. */
    private static final int MOST_NAMES = 20;

    private final Doctor doctor;
    private final KnownRoots roots;
    private final Duration patience;

    Rounds(Doctor doctor, KnownRoots roots, Duration patience) {
        this.doctor = doctor;
        this.roots = roots;
        this.patience = patience;
    }

    Diagnosis diagnosis() {
        return doctor.diagnosis();
    }

    /**
     * One server.
     *
     * @param place {@code HOST} or {@code HOST:PORT}
     * @param config what the certificate is compared with; null: nothing
     */
    void outside(String place, @Nullable String connect, @Nullable PortcullisConfig config) {
        int colon =
                place.indexOf(']') >= 0 || place.indexOf(':') == place.lastIndexOf(':') ? place.lastIndexOf(':') : -1;
        boolean named = colon > place.indexOf(']');
        String name = (named ? place.substring(0, colon) : place).replaceAll("[\\[\\]]", "");
        int port = named ? port(place.substring(colon + 1)) : 443;
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "HOST: \"" + place + "\" (expected: a name or an address, perhaps with :PORT)");
        }
        Patient.Ours ours = config == null
                ? Patient.Ours.UNKNOWN
                : new Patient.Ours(configured(config, name), RunningCertificates.of(config));
        if (config != null && ours.configured().isEmpty()) {
            doctor.note("the configuration has no certificate for " + name + ": nothing to compare with");
        }
        Patient.Speaks speaks =
                port == 443 ? Patient.Speaks.TLS : port == 80 ? Patient.Speaks.PLAIN : Patient.Speaks.ANY;
        Patient patient = new Patient(
                name, port, Addresses.of(connect == null ? name : connect, patience), speaks, ours, roots, patience);
        doctor.see(patient);
        if (!named && !patient.addresses().isEmpty()) {
            doctor.see(patient.at(80, Patient.Speaks.PLAIN));
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException("PORT: " + text + " (expected: 1 to 65535)");
    }

    /** Where a client on this machine finds it. */
    private List<InetAddress> addresses(BindAddress bind) {
        if (bind.host() == null) {
            return List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
        }
        return Addresses.of(
                switch (bind.host()) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "::" -> "::1";
                    default -> bind.host();
                },
                patience);
    }

    private static List<X509Certificate> configured(PortcullisConfig config, String name) {
        try (Offline loaded = Offline.load(config, new ArrayList<>())) {
            return loaded.certificates().values().stream()
                    .flatMap(index -> leaves(index, name).stream())
                    .toList();
        }
    }

    private static List<X509Certificate> leaves(CertificateIndex index, String name) {
        return index.credentials().stream()
                .filter(each -> ServedChain.of(List.of(each.leaf())).covers(name))
                .map(Credential::leaf)
                .toList();
    }

    /** Every listener and every endpoint. */
    void inside(PortcullisConfig config, List<Problem> problems) {
        Map<String, ClientTls> backendTls = KeyMaterial.backendTls(config, problems::add);
        Set<String> running = RunningCertificates.of(config);
        try (Offline loaded = Offline.load(config, problems)) {
            doctor.add(new ConfigCheck(config).check(problems));
            for (ListenerConfig listener : config.listeners()) {
                for (BindAddress bind : listener.bind()) {
                    listener(loaded, listener, bind, running);
                }
            }
        }
        for (UpstreamConfig upstream : config.upstreams().values()) {
            BackendCheck backends =
                    new BackendCheck(upstream, backendTls == null ? null : backendTls.get(upstream.name()), patience);
            doctor.add(backends.check());
            backends.looked().forEach(doctor::note);
        }
    }

    private void listener(Offline loaded, ListenerConfig listener, BindAddress bind, Set<String> running) {
        PortcullisConfig config = loaded.config();
        if (bind.unixPath() != null
                || bind.port() == 0
                || listener.proxyProtocol() != null
                || listener.signing() != null) {
            doctor.note(
                    "not looked at: listener " + listener.name() + " at " + bind
                            + ", which takes no clients that doctor could play (a socket file, any free port, PROXY protocol, signing)");
            return;
        }
        List<InetAddress> addresses = addresses(bind);
        String owner = PortOwner.of(bind);
        BindAddress admin = config.admin().bind();
        String ours = admin == null ? null : PortOwner.of(admin);
        if (owner != null && (ours == null ? !owner.startsWith("java ") : !owner.equals(ours))) {
            doctor.add(List.of(ConfigCheck.taken(bind, owner, ours, admin)));
            return;
        }
        CertificateIndex index =
                listener.tls() == null ? null : loaded.certificates().get(listener.tls());
        for (String name : names(config, listener, bind, index)) {
            List<Path> beside = listener.tls() == null ? List.of() : authorities(config, listener.tls());
            doctor.see(new Patient(
                    name,
                    bind.port(),
                    addresses,
                    listener.tls() == null ? Patient.Speaks.PLAIN : Patient.Speaks.TLS,
                    index == null ? Patient.Ours.UNKNOWN : new Patient.Ours(leaves(index, name), running),
                    roots.and(beside),
                    patience));
        }
    }

    private static List<Path> authorities(PortcullisConfig config, String block) {
        TlsConfig tls = config.tls().get(block);
        return tls == null
                ? List.of()
                : tls.certificates().stream()
                        .map(each -> each.chain().resolveSibling("ca.pem"))
                        .filter(Files::isReadable)
                        .distinct()
                        .toList();
    }

    /** What clients ask this listener for: the names of its certificates, else those of the routes, else its address. */
    private Set<String> names(
            PortcullisConfig config, ListenerConfig listener, BindAddress bind, @Nullable CertificateIndex index) {
        Set<String> names = new LinkedHashSet<>();
        if (index != null) {
            index.credentials().forEach(each -> names.addAll(each.names()));
        } else {
            config.routes().stream()
                    .map(RouteConfig::host)
                    .filter(Objects::nonNull)
                    .forEach(names::add);
        }
        Set<String> asked = new LinkedHashSet<>();
        names.stream()
                .map(each -> each.startsWith("*.") ? "www" + each.substring(1) : each)
                .limit(MOST_NAMES)
                .forEach(asked::add);
        if (names.size() > MOST_NAMES) {
            doctor.note(
                    "only the first " + MOST_NAMES + " of " + names.size() + " names of listener " + listener.name());
        }
        if (asked.isEmpty()) {
            asked.add(bind.host() == null ? "localhost" : bind.host());
        }
        return asked;
    }
}
