package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class Ja4Test {
    private static final List<Integer> SUITES = List.of(
            0x0a0a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
            0x009d, 0x002f, 0x0035);
    private static final List<Integer> EXTENSIONS = List.of(
            0x2a2a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b,
            0xff01, 0x000b, 0x000a, 0x0015);
    private static final List<Integer> SCHEMES =
            List.of(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601);

    /** The example of the published description. */
    @Test
    void thePublishedExampleComesOutAsPublished() {
        assertThat(hello(List.of("h2", "http/1.1"), SUITES, EXTENSIONS, SCHEMES).ja4())
                .isEqualTo("t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    @Test
    void anotherOrderOfSuitesAndExtensionsIsTheSameClient() {
        assertThat(hello(List.of("h2", "http/1.1"), SUITES.reversed(), EXTENSIONS.reversed(), SCHEMES)
                        .ja4())
                .isEqualTo("t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    @Test
    void whatIsNotThereIsZeros() {
        ClientHello bare =
                new ClientHello(null, List.of(), List.of(0x0303), List.of(0x002f), List.of(), List.of(), List.of());
        assertThat(bare.ja4()).matches("t12i010000_[0-9a-f]{12}_000000000000");
    }

    @Test
    void aProtocolThatBeginsWithNoLetterIsToldInHex() {
        assertThat(hello(List.of("\u00ab1"), SUITES, EXTENSIONS, SCHEMES).ja4()).startsWith("t13d1516a1_");
    }

    private static ClientHello hello(
            List<String> protocols, List<Integer> suites, List<Integer> extensions, List<Integer> schemes) {
        return new ClientHello(
                "example.com", protocols, List.of(0x1a1a, 0x0304, 0x0303), suites, List.of(), extensions, schemes);
    }
}
