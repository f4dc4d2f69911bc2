package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.TestCertificates;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClientCensusTest {
    private static final Instant BEGAN = Instant.parse("2026-11-23T09:00:00Z");
    private final ClientCensus census = new ClientCensus(InstantSource.fixed(BEGAN));
    private final TlsLab lab = new TlsLab();

    @TempDir
    Path dir;

    private TlsTarget target;

    @BeforeEach
    void serve() throws Exception {
        CertificateIndex index = lab.index(
                TlsLab.certificate(TestCertificates.in(dir).leaf("example.com").write("a")));
        target = Objects.requireNonNull(index.match("example.com"));
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void tellsWhatShareOfTheServedACandidateWouldShutOutAndWhoTheyAre() throws Exception {
        seen("openssl-plain", 6, "curl/8");
        seen("openssl-1.2", 1, "Old/1");
        seen("openssl-1.2", 1, "Old/2");
        seen("openssl-1.2", 1, "Old/2");
        refused("openssl-1.1", TlsFailure.PROTOCOL_VERSION);
        Tightening found = Tightening.of(TlsLab.MODERN, census, null);
        assertThat(found.since()).isEqualTo(BEGAN);
        assertThat(List.of(found.served(), found.lost(), found.refused(), found.others()))
                .containsExactly(9L, 3L, 1L, 0L);
        assertThat(found.shutOut()).singleElement().satisfies(client -> {
            assertThat(client.agents()).containsExactly("Old/2", "Old/1");
            assertThat(client.block()).isEqualTo("public");
            assertThat(client.reason()).contains("offers TLS 1.2 at most");
        });
        assertThat(found.letIn()).isEmpty();
    }

    @Test
    void tellsWhomALooserCandidateWouldLetIn() throws Exception {
        refused("openssl-1.2", TlsFailure.PROTOCOL_VERSION);
        refused("openssl-1.2", TlsFailure.CLIENT_CLOSED);
        Tightening found = Tightening.of(TlsLab.INTERMEDIATE, census, null);
        assertThat(found.won()).isEqualTo(1);
        assertThat(found.refused())
                .as("who leaves by itself says nothing of the policy")
                .isEqualTo(1);
        assertThat(found.shutOut()).isEmpty();
    }

    @Test
    void clientsOfAnotherBlockCanBeLeftOut() throws Exception {
        census.served("inner", target, PolicyFitTest.hello("openssl-1.2"), null);
        assertThat(Tightening.of(TlsLab.MODERN, census, "public").served()).isZero();
        assertThat(Tightening.of(TlsLab.MODERN, census, "inner").lost()).isEqualTo(1);
    }

    @Test
    void whateverManyKindsComeOnlySoManyAreKeptAndNoHandshakeIsLost() throws Exception {
        ClientHello frequent = PolicyFitTest.hello("openssl-1.2");
        int kinds = 5_000;
        for (int i = 0; i < kinds; i++) {
            census.served("public", target, odd(i), null);
            census.served("public", target, frequent, null);
        }
        ClientCensus.Count count = census.count();
        assertThat(count.seen()).hasSize(ClientCensus.MOST);
        long kept = count.seen().stream().mapToLong(ClientCensus.Seen::served).sum();
        assertThat(kept + count.others()).isEqualTo(2L * kinds);
        assertThat(count.seen().getFirst().served())
                .as("who comes often is not pushed out")
                .isEqualTo(kinds);
    }

    @Test
    void oneThatBecomesFrequentLateIsFoundAmongStrangers() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            census.served("public", target, odd(i), null);
        }
        ClientHello late = PolicyFitTest.hello("openssl-1.2");
        for (int i = 0; i < 300; i++) {
            census.served("public", target, odd(2_000 + i), null);
            census.served("public", target, late, null);
        }
        assertThat(census.count().seen().getFirst().served()).isGreaterThan(250);
    }

    @Test
    void aUserAgentIsCutAndCarriesNothingHarmful() throws Exception {
        seen("openssl-1.2", 1, "<script>\u001b[31m\r\n\"" + "x".repeat(5_000));
        String agent = agents().getFirst();
        assertThat(agent).hasSize(123).startsWith("?script??[31m???xxx").endsWith("...");
    }

    @Test
    void ofManyUserAgentsTheFrequentStay() throws Exception {
        for (int i = 0; i < 100; i++) {
            seen("openssl-1.2", 1, "Often/1");
            seen("openssl-1.2", 1, "Once/" + i);
        }
        assertThat(agents()).hasSize(4).first().isEqualTo("Often/1");
        seen("openssl-plain", 1, null);
        assertThat(census.count().seen().getLast().agents()).containsExactly("no user agent");
    }

    private List<String> agents() {
        return census.count().seen().getFirst().agents();
    }

    private void seen(String client, int times, @org.jspecify.annotations.Nullable String agent) throws Exception {
        for (int i = 0; i < times; i++) {
            census.served("public", target, PolicyFitTest.hello(client), null).accept(agent);
        }
    }

    private void refused(String client, TlsFailure why) throws Exception {
        census.failed("public", target, FailedHandshake.refused(why, PolicyFitTest.hello(client)));
    }

    /** Each {@code number} below 16384 offers something else. */
    private static ClientHello odd(int number) {
        List<Integer> suites = new ArrayList<>();
        List<Integer> groups = new ArrayList<>();
        for (int bit = 0; bit < ClientOffer.SUITES.size(); bit++) {
            if ((number >> bit & 1) == 1) {
                suites.add(ClientOffer.SUITES.get(bit).number());
            }
        }
        for (int bit = 0; bit < ClientOffer.GROUPS.size(); bit++) {
            if ((number >> 10 + bit & 1) == 1) {
                groups.add(ClientOffer.GROUPS.get(bit).number());
            }
        }
        return new ClientHello("example.com", List.of(), List.of(0x0304), suites, groups, List.of(43), List.of());
    }
}
