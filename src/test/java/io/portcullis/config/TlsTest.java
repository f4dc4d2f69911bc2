package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    /** Three lines; what is added begins on line 4. */
    private static final String USED =
            """
            listeners.https { bind = "127.0.0.1:8443", tls = t }
            routes = [ { respond {} } ]
            tls.t.certificates = [ { chain = c.pem, key = c.key } ]
            """;

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp).certificate("c");
    }

    private TlsConfig tls(String more) {
        return Objects.requireNonNull(folder.config(USED + more).tls().get("t"));
    }

    private List<String> problems(String more) {
        return folder.problems(USED + more);
    }

    @Test
    void staplesAreFetchedAndRecordsBeginSmallUnlessToldOtherwise() {
        assertThat(tls("").ocsp()).isEqualTo(new TlsConfig.Ocsp(true, null, Duration.ofSeconds(10)));
        assertThat(tls("").recordSize()).isEqualTo(TlsConfig.RecordSize.DYNAMIC);
        TlsConfig told = tls("tls.t { ocsp { stapling = off, timeout = 2 s }, record-size = full }");
        assertThat(told.ocsp()).isEqualTo(new TlsConfig.Ocsp(false, null, Duration.ofSeconds(2)));
        assertThat(told.recordSize()).isEqualTo(TlsConfig.RecordSize.FULL);
    }

    @Test
    void aFolderForStaplesMayHaveToBeMade() {
        assertThat(Objects.requireNonNull(
                        tls("tls.t.ocsp.cache-dir = \"cache/staples\"").ocsp().cacheDir()))
                .isEqualTo(temp.resolve("cache/staples"));
    }

    @Test
    void aFileIsNoFolderForStaples() {
        assertThat(problems("tls.t.ocsp.cache-dir = c.pem"))
                .containsExactly("x.conf:4: tls.t.ocsp.cache-dir: c.pem is no folder; name a folder");
    }

    @Test
    void hstsIsOffUnlessWritten() {
        assertThat(tls("").hsts()).isNull();
    }

    @Test
    void hstsOffTakesBackTheDefaults() {
        assertThat(tls("defaults.tls.hsts {}\ntls.t.hsts = off").hsts()).isNull();
    }

    @Test
    void hstsInDefaultsHoldsForAll() {
        assertThat(Objects.requireNonNull(tls("defaults.tls.hsts {}").hsts()).headerValue())
                .isEqualTo("max-age=31536000");
    }

    @Test
    void preloadWithoutSubdomainsIsRefused() {
        assertThat(problems("tls.t.hsts { max-age = 365 days\npreload = true }"))
                .containsExactly(
                        "x.conf:5: tls.t.hsts.preload: the preload list takes only hosts with include-subdomains;"
                                + " write include-subdomains = true, or preload = false");
    }

    @Test
    void preloadWithLessThanAYearIsRefused() {
        assertThat(problems("tls.t.hsts { max-age = 100 days, include-subdomains = true, preload = true }"))
                .contains(
                        "x.conf:4: tls.t.hsts.preload: the preload list takes only hosts with a max-age of one year or"
                                + " more; write max-age = 365 days, or preload = false");
    }

    @Test
    void shortMaxAgeIsAWarning() {
        assertThat(problems("tls.t.hsts { max-age = 5 m }"))
                .containsExactly(
                        "x.conf:4: tls.t.hsts.max-age: browsers forget after 300 s: hardly any protection; write"
                                + " max-age = 365 days once HTTPS is known to work");
    }

    @Test
    void aRampThatIsKeptNowhereIsAWarning() {
        assertThat(problems("tls.t.hsts { mode = ramp }"))
                .containsExactly(
                        "x.conf:4: tls.t.hsts.ramp.state-dir: the ramp begins anew at 5 min with each start, and"
                                + " shortens what browsers had been told; name a folder that outlives restarts");
        assertThat(problems("tls.t.hsts { mode = ramp, ramp.state-dir = \"ramps\", include-subdomains = true }"))
                .isEmpty();
    }

    @Test
    void aRampTakesNoPreloadAndHasToLeadSomewhere() {
        assertThat(problems("tls.t.hsts { mode = ramp, ramp.state-dir = \"ramps\", preload = true, max-age = 1 h }"))
                .containsExactlyInAnyOrder(
                        "x.conf:4: tls.t.hsts.preload: a place in the browsers' lists cannot be had in steps; write preload ="
                                + " true with mode = fixed, once the ramp has come to its end",
                        "x.conf:4: tls.t.hsts.max-age: a ramp that ends so low climbs nowhere; write max-age = 365 days, or"
                                + " mode = fixed");
    }

    @Test
    void toRetireSaysWhatFollows() {
        assertThat(problems("tls.t.hsts { mode = retire }"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: tls.t.hsts.mode: browsers are told to forget (max-age=0)")
                .contains("go on answering by HTTPS for that long");
        assertThat(Objects.requireNonNull(tls("tls.t.hsts { mode = retire, include-subdomains = true }")
                                .hsts())
                        .headerValue())
                .isEqualTo("max-age=0");
    }

    @Test
    void subdomainsAreARisk() {
        assertThat(folder.load(USED + "tls.t.hsts { include-subdomains = true }")
                        .problems())
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.risk()).isEqualTo(3);
                    assertThat(p.message())
                            .contains("every subdomain, on every port")
                            .endsWith("(365 d)");
                });
    }

    @Test
    void blockNobodyUsesIsAWarning() {
        assertThat(problems("tls.u.certificates = [ { chain = c.pem, key = c.key } ]"))
                .containsExactly(
                        "x.conf:4: tls.u: no listener uses this block; name it in a listener: tls = u, or remove it");
    }

    @Test
    void certificatesAreRequired() {
        assertThat(problems("tls.t.certificates = []"))
                .contains(
                        "x.conf:4: tls.t.certificates: missing: expected at least one certificate; write certificates = [ {"
                                + " chain = \"example.pem\", key = \"example.key\" } ]");
    }

    @Test
    void certificatesAreAList() {
        assertThat(folder.problems("tls.t { certificates { chain = c.pem, key = c.key } }"))
                .contains("x.conf:1: tls.t.certificates: expected a list of blocks; write certificates = [ { … } ]");
    }

    @Test
    void keyIsRequired() {
        assertThat(problems("tls.t.certificates = ${tls.t.certificates} [ { chain = c.pem } ]"))
                .containsExactly(
                        "x.conf:4: tls.t.certificates[1].key: missing: expected the private key's PEM file; write"
                                + " key = \"example.key\"");
    }

    @Test
    void onlyOneCertificateIsTheDefault() {
        assertThat(folder.problems(USED.replace(
                        "c.key }", "c.key, default = yes }\n{ chain = c.pem, key = c.key, default = yes }")))
                .containsExactly(
                        "x.conf:4: tls.t.certificates[1].default: another certificate of this block is the default; mark one");
    }

    @Test
    void namesOfACertificateAreHostNames() {
        assertThat(folder.problems(USED.replace("c.key }", "c.key, names = [ok.example, \"a.*.b\"] }")))
                .containsExactly(
                        "x.conf:3: tls.t.certificates[0].names[1]: expected a host name, found \"a.*.b\"; a wildcard"
                                + " stands for the whole first label: *.example.com");
    }

    @Test
    void missingChainIsAnErrorWithTheFolderItCountsFrom() {
        assertThat(folder.problems(USED.replace("c.pem", "none.pem")))
                .containsExactly(
                        "x.conf:3: tls.t.certificates[0].chain: no such file: none.pem; correct the path (relative"
                                + " ones count from the folder of the configuration file) or put the file there");
    }

    @Test
    void keyThatIsAFolderIsAnError() {
        folder.file("dir/x", "");
        assertThat(folder.problems(USED.replace("c.key", "dir")))
                .contains("x.conf:3: tls.t.certificates[0].key: dir is a folder, not a file; name the file in it");
    }

    @Test
    void keyEverybodyCanReadIsAWarning() {
        folder.mode("c.key", "rw-r--r--");
        assertThat(problems(""))
                .containsExactly(
                        "x.conf:3: tls.t.certificates[0].key: the private key can be read by every user of this"
                                + " machine: c.key; chmod 600 c.key");
    }

    @Test
    void keyTheGroupCanReadIsALesserWarning() {
        folder.mode("c.key", "rw-r-----");
        assertThat(folder.load(USED).problems())
                .singleElement()
                .extracting(Problem::risk)
                .isEqualTo(2);
    }
}
