package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ClientFamilyTest {
    private static final List<Integer> USUAL = List.of(0, 10, 11, 13, 23, 35, 43, 45, 51);

    @ParameterizedTest
    @CsvSource({"768, TLS_1_0", "769, TLS_1_0", "770, TLS_1_1", "771, OTHER", "772, OTHER"})
    void theNewestVersionCountsFirst(int version, ClientFamily expected) {
        assertThat(ClientFamily.of(hello("a.example", List.of(version), List.of(0x1301), USUAL)))
                .isEqualTo(expected);
    }

    @Test
    void anOldClientIsOldWhoeverMadeIt() {
        assertThat(ClientFamily.of(hello("a.example", List.of(0x0301), List.of(0x2f), with(22))))
                .isEqualTo(ClientFamily.TLS_1_0);
    }

    @Test
    void valuesThatMeanNothingDoNotMakeAVersionNewer() {
        assertThat(ClientFamily.of(hello("a.example", List.of(0x7a7a, 0x0302), List.of(0x2f), USUAL)))
                .isEqualTo(ClientFamily.TLS_1_1);
    }

    @Test
    void greaseAmongSuitesOrExtensionsIsABrowsersHabit() {
        assertThat(ClientFamily.of(hello("a.example", List.of(0x0304), List.of(0x4a4a, 0x1301), USUAL)))
                .isEqualTo(ClientFamily.GREASE);
        assertThat(ClientFamily.of(hello("a.example", List.of(0x0304), List.of(0x1301), with(0x2a2a))))
                .isEqualTo(ClientFamily.GREASE);
    }

    @ParameterizedTest
    @CsvSource({"34, FIREFOX", "17, JAVA", "22, OPENSSL", "28, OTHER"})
    void anExtensionTellsTheLibrary(int extension, ClientFamily expected) {
        assertThat(ClientFamily.of(hello("a.example", List.of(0x0304), List.of(0x1301), with(extension))))
                .isEqualTo(expected);
    }

    @Test
    void whoIsNotKnownAndNamesNoHostIsNameless() {
        assertThat(ClientFamily.of(hello(null, List.of(0x0304), List.of(0x1301), USUAL)))
                .isEqualTo(ClientFamily.NAMELESS);
        assertThat(ClientFamily.of(null)).isEqualTo(ClientFamily.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void everyFamilyIsALabelWithASentence(ClientFamily family) {
        assertThat(family.label()).matches("[a-z0-9_]{4,16}");
        assertThat(family.sentence()).isNotBlank().doesNotEndWith(".");
    }

    private static List<Integer> with(int extension) {
        List<Integer> more = new ArrayList<>(USUAL);
        more.add(extension);
        return more;
    }

    static ClientHello hello(
            @Nullable String name, List<Integer> versions, List<Integer> suites, List<Integer> extensions) {
        return new ClientHello(name, List.of(), versions, suites, List.of(), extensions, List.of());
    }
}
