package io.portcullis.sign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HandshakeInputTest {
    @ParameterizedTest
    @ValueSource(ints = {32, 48})
    void aServersCertificateVerifyIsOne(int hash) {
        assertThat(HandshakeInput.isOne(verify("server", hash))).isTrue();
    }

    @Test
    void aClientsIsNot() {
        assertThat(HandshakeInput.isOne(verify("client", 32))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 31, 33, 64, 900})
    void anotherHashIsNot(int hash) {
        assertThat(HandshakeInput.isOne(verify("server", hash))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"23, 65", "24, 97", "25, 133", "29, 32"})
    void aKeyExchangeOfTls12IsOne(int curve, int point) {
        assertThat(HandshakeInput.isOne(exchange(curve, point))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"23, 64", "23, 97", "25, 134", "29, 65", "30, 56", "0, 32"})
    void oneWhosePointIsNotOfItsCurveIsNot(int curve, int point) {
        assertThat(HandshakeInput.isOne(exchange(curve, point))).isFalse();
    }

    @Test
    void oneWhosePointIsCutOrFollowedIsNot() {
        byte[] whole = exchange(29, 32);
        assertThat(HandshakeInput.isOne(Arrays.copyOf(whole, whole.length - 1))).isFalse();
        assertThat(HandshakeInput.isOne(Arrays.copyOf(whole, whole.length + 1))).isFalse();
    }

    @Test
    void documentsAreNot() {
        assertThat(HandshakeInput.isOne(new byte[0])).isFalse();
        assertThat(HandshakeInput.isOne("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyb290In0".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(HandshakeInput.isOne(new byte[300])).isFalse();
    }

    private static byte[] verify(String side, int hash) {
        String head = " ".repeat(64) + "TLS 1.3, " + side + " CertificateVerify\0";
        return Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + hash);
    }

    private static byte[] exchange(int curve, int point) {
        byte[] whole = new byte[64 + 4 + point];
        whole[64] = 3;
        whole[66] = (byte) curve;
        whole[67] = (byte) point;
        whole[68] = 4;
        return whole;
    }
}
