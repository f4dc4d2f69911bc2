package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
    private final Networks some = Networks.of(List.of("10.0.0.0/8", "192.0.2.1", "172.16.0.0/12", "2001:db8::/33"));

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0, true",
        "10.255.255.255, true",
        "11.0.0.0, false",
        "9.255.255.255, false",
        "192.0.2.1, true",
        "192.0.2.2, false",
        "172.31.255.255, true",
        "172.32.0.0, false",
        "2001:db8::1, true",
        "2001:db8:7fff::1, true",
        "2001:db8:8000::1, false",
        "[2001:db8::1], true",
    })
    void aRangeHoldsItsPrefix(String address, boolean inside) throws Exception {
        assertThat(some.containsLiteral(address)).isEqualTo(inside);
        assertThat(some.contains(InetAddress.getByName(address))).isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.com", "10.0.0", "10.0.0.1:80", "10.0.0.1/8", "localhost"})
    void whatIsNoLiteralIsOutside(String text) {
        assertThat(some.containsLiteral(text)).isFalse();
    }

    @Test
    void everythingIsInARangeOfNoBits() {
        Networks all = Networks.of(List.of("0.0.0.0/0"));
        assertThat(all.containsLiteral("255.255.255.255")).isTrue();
        assertThat(all.containsLiteral("::1")).as("the other family").isFalse();
    }

    @Test
    void noneHoldsNothing() throws Exception {
        assertThat(Networks.NONE.contains(InetAddress.getLoopbackAddress())).isFalse();
        assertThat(Networks.NONE.containsUnix()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0.0/", ""})
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> Networks.of(List.of(text))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anAddressIsWrittenWithoutZoneAndIpv4AsIpv4() throws Exception {
        assertThat(Networks.text(InetAddress.getByName("::ffff:192.0.2.1"))).isEqualTo("192.0.2.1");
        assertThat(Networks.text(InetAddress.getByName("2001:DB8:0:0::1"))).isEqualTo("2001:db8::1");
    }
}
