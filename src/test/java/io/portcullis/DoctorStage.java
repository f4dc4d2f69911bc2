package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.doctor.Ailment;
import io.portcullis.doctor.Diagnosis;
import io.portcullis.doctor.Doctor;
import io.portcullis.doctor.Finding;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.tls.KnownRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A configuration with one certificate, for {@code localhost}, and a doctor who looks at it. */
record DoctorStage(Path dir, int https, int http, int admin) {

    static DoctorStage in(Path dir) {
        TestCertificates.in(dir).leaf("localhost", "*.example").write("site");
        return new DoctorStage(dir, Ports.free(), Ports.free(), Ports.free());
    }

    Path write(String upstreams) throws IOException {
        return write(upstreams, "policy = intermediate");
    }

    /** With more lines in the block {@code tls.site}. */
    Path write(String upstreams, String tls) throws IOException {
        return Files.writeString(
                dir.resolve("portcullis.conf"),
                """
                listeners {
                  https { bind = "127.0.0.1:%d", tls = site }
                  http  { bind = "127.0.0.1:%d" }
                }
                tls.site { certificates = [ { chain = site.pem, key = site.key } ], %s }
                upstreams { %s }
                routes = [ { respond { status = 200, body = "ok" } } ]
                admin { bind = "127.0.0.1:%d" }
                access-log { format = off }
                reload.watch = off
                """
                        .formatted(https, http, tls, upstreams, admin));
    }

    static PortcullisConfig read(Path file, List<Problem> problems) {
        return Objects.requireNonNull(ConfigText.read(file, problems), problems::toString);
    }

    private static Rounds rounds() {
        return new Rounds(new Doctor(Clock.systemUTC()), KnownRoots.ofRuntime(), Duration.ofSeconds(3));
    }

    /** What is found in a configuration, at its listeners and behind them. */
    static Diagnosis look(Path file) {
        List<Problem> problems = new ArrayList<>();
        PortcullisConfig config = read(file, problems);
        Rounds rounds = rounds();
        rounds.inside(config, problems);
        return rounds.diagnosis();
    }

    /** What is found at a server of 127.0.0.1. */
    static Diagnosis outside(String place) {
        Rounds rounds = rounds();
        rounds.outside(place, "127.0.0.1", null);
        return rounds.diagnosis();
    }

    /** The same, compared with a configuration. */
    static Diagnosis outside(String place, Path file) {
        Rounds rounds = rounds();
        rounds.outside(place, "127.0.0.1", read(file, new ArrayList<>()));
        return rounds.diagnosis();
    }

    static Finding only(Ailment ailment, Diagnosis diagnosis) {
        return diagnosis.findings().stream()
                .filter(each -> each.ailment() == ailment)
                .findFirst()
                .orElseThrow(() -> new AssertionError(ailment.id() + " expected, found " + diagnosis));
    }

    /** All but the note that there is no HSTS. */
    static List<Ailment> serious(Diagnosis diagnosis) {
        return diagnosis.findings().stream()
                .map(Finding::ailment)
                .filter(each -> each != Ailment.HSTS_MISSING)
                .toList();
    }
}
