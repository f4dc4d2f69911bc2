package io.portcullis.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Ports;
import io.portcullis.tls.KnownRoots;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a port can fail. */
class PortFindingsTest {
    private static Patient at(int port, Duration patience, InetAddress... addresses) {
        return new Patient(
                Sick.NAME,
                port,
                List.of(addresses),
                Patient.Speaks.PLAIN,
                Patient.Ours.UNKNOWN,
                KnownRoots.ofRuntime(),
                patience);
    }

    @Test
    void nobodyListens() {
        Diagnosis diagnosis = Sick.see(at(Ports.free(), Duration.ofSeconds(3), Sick.HERE));
        assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.PORT_CLOSED);
    }

    @Test
    void nobodyAnswers() throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, Sick.HERE)) {
            // A queue that is full drops what comes, as a firewall does.
            for (int i = 0; i < 8; i++) {
                SocketChannel one = SocketChannel.open();
                one.configureBlocking(false);
                one.connect(new InetSocketAddress(Sick.HERE, full.getLocalPort()));
                waiting.add(one);
            }
            Diagnosis diagnosis = Sick.see(at(full.getLocalPort(), Duration.ofMillis(500), Sick.HERE));
            assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.PORT_FILTERED);
        } finally {
            for (SocketChannel one : waiting) {
                one.close();
            }
        }
    }

    @Test
    void aNameWithoutAnAddress() {
        assertThat(Sick.ailments(Sick.see(at(443, Duration.ofSeconds(1))))).containsExactly(Ailment.NAME_UNKNOWN);
    }

    @Test
    void iPv6ThatDoesNotAnswerBesideIPv4ThatDoes() throws Exception {
        try (Sick sick = new Sick()) {
            int port = sick.http(null, host -> Sick.Page.ok("ok"));
            Diagnosis diagnosis = Sick.see(at(port, Duration.ofSeconds(3), Sick.HERE, InetAddress.ofLiteral("::1")));
            Finding finding = Sick.only(Ailment.ADDRESS_SILENT, diagnosis);
            assertThat(finding.what()).startsWith("IPv6 does not answer");
            assertThat(finding.remedy()).contains("AAAA");
        }
    }
}
