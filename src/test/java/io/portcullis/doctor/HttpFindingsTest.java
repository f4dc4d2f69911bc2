package io.portcullis.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.TestCertificates;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages, redirects and HSTS tell. */
class HttpFindingsTest {
    private static final String HSTS = "Strict-Transport-Security";

    @TempDir
    Path dir;

    private final Sick sick = new Sick();

    @AfterEach
    void close() throws Exception {
        sick.close();
    }

    private Diagnosis secure(Sick.Page page) {
        TestCertificates ca = TestCertificates.in(dir);
        sick.trusting(ca.rootFile());
        return sick.see(sick.http(ca.leaf(Sick.NAME).write("site").server(), host -> page), Patient.Speaks.TLS);
    }

    private Diagnosis plain(Sick.Page page) {
        return sick.see(sick.http(null, host -> page), Patient.Speaks.PLAIN);
    }

    @Test
    void aWrongClockIsMeasured() {
        int port = sick.parrot("HTTP/1.1 200 OK\r\nDate: Tue, 01 Oct 2024 10:00:00 GMT\r\nContent-Length: 2\r\n\r\nok");
        Finding finding = Sick.only(Ailment.CLOCK_SKEW, sick.see(port, Patient.Speaks.PLAIN));
        assertThat(finding.what()).contains("days behind the clock here");
    }

    @Test
    void aRedirectToItselfLoops() {
        Finding finding = Sick.only(
                Ailment.REDIRECT_LOOP,
                sick.see(sick.http(null, host -> Sick.Page.to("http://" + host + "/")), Patient.Speaks.PLAIN));
        assertThat(finding.proof()).contains(" -> ");
    }

    @Test
    void aRedirectThatLosesThePort() {
        int lost = io.portcullis.testkit.Ports.free();
        Finding finding =
                Sick.only(Ailment.REDIRECT_PORT, plain(Sick.Page.to("https://" + Sick.NAME + ":" + lost + "/")));
        assertThat(finding.what()).contains("port " + lost);
        assertThat(finding.remedy()).contains("redirect-to-https.port");
    }

    @Test
    void noHstsIsANote() {
        assertThat(Sick.only(Ailment.HSTS_MISSING, secure(Sick.Page.ok("ok"))).severity())
                .isEqualTo(Severity.NOTE);
    }

    @Test
    void hstsWithoutTlsCountsForNothing() {
        assertThat(Sick.ailments(plain(Sick.Page.with(HSTS, "max-age=31536000"))))
                .containsExactly(Ailment.HSTS_ON_HTTP);
    }

    @ParameterizedTest
    @CsvSource({
        "max-age=300, HSTS_SHORT",
        "max-age=0, HSTS_SHORT",
        "includeSubDomains, HSTS_BROKEN",
        "max-age=31536000; includeSubDomains, HSTS_SUBDOMAINS",
        "max-age=31536000; preload, HSTS_PRELOAD",
        "max-age=31536000, HSTS_PORTS"
    })
    void hstsThatPromisesWrong(String value, Ailment ailment) {
        assertThat(Sick.only(ailment, secure(Sick.Page.with(HSTS, value))).proof())
                .contains("Strict-Transport-Security");
    }

    @Test
    void preloadWantsTheRedirectToo() {
        Patient patient = sick.patient(sick.http(null, host -> Sick.Page.ok("plain")), Patient.Speaks.PLAIN);
        Journey stays = Journey.from(patient, URI.create("http://" + patient.authority() + "/"));
        HttpAnswer asks = new HttpAnswer(200, List.of(HSTS + ": max-age=63072000; includeSubDomains; preload"), "");
        assertThat(new HstsCheck(patient).preloadRedirect(asks, stays))
                .singleElement()
                .satisfies(each -> assertThat(each.ailment()).isEqualTo(Ailment.HSTS_PRELOAD));
        HttpAnswer quiet = new HttpAnswer(200, List.of(HSTS + ": max-age=63072000"), "");
        assertThat(new HstsCheck(patient).preloadRedirect(quiet, stays)).isEmpty();
    }

    @Test
    void mixedContentIsListed() {
        String page = "<html><link rel=canonical href='http://ok.example/'><a href='http://fine.example/'>x</a>"
                + "<script src=\"http://cdn.example/a.js\"></script><img alt=x src='http://cdn.example/b.png'></html>";
        Finding finding =
                Sick.only(Ailment.MIXED_CONTENT, secure(new Sick.Page(200, Map.of("Content-Type", "text/html"), page)));
        assertThat(finding.proof())
                .contains("<script> http://cdn.example/a.js", "<img> http://cdn.example/b.png")
                .doesNotContain("ok.example", "fine.example");
    }

    @Test
    void anAnswerIsReadWithItsInterimOnes() {
        HttpAnswer answer = HttpAnswer.parsed("HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 204 No\r\nX-y: z\r\n\r\n");
        assertThat(Objects.requireNonNull(answer).first("x-y")).isEqualTo("z");
        assertThat(HttpAnswer.parsed("SSH-2.0-x")).isNull();
    }
}
