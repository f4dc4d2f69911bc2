package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.Networks;
import io.portcullis.net.Peer;
import io.portcullis.net.TlsFacts;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardingTest {
    private static final Networks TRUSTED = Networks.of(List.of("10.0.0.0/8", "2001:db8::/32"));
    private static final TlsFacts TLS = new TlsFacts(
            "TLSv1.3",
            "AES",
            null,
            false,
            null,
            null,
            host -> true,
            0,
            () -> null,
            java.util.Map.of(),
            null,
            agent -> {});

    private final Forwarding forwarding = new Forwarding(TRUSTED, "edge");

    private static ClientConnection from(String address, @Nullable TlsFacts tls) {
        InetSocketAddress remote = new InetSocketAddress(address, 1234);
        return new ClientConnection(Peer.of("l", remote, new InetSocketAddress(443), TRUSTED, tls), "id");
    }

    private ForwardedFields fields(String address, String... lines) {
        return forwarding.fields(from(address, null), Heads.request("GET", "/", 0, lines));
    }

    private static @Nullable String value(ForwardedFields fields, String name) {
        for (ForwardedFields.Field field : fields.fields()) {
            if (field.name().contentEqualsIgnoreCase(name)) {
                return field.value();
            }
        }
        return null;
    }

    @Test
    void aStrangerIsDescribedByItsConnectionAlone() {
        ForwardedFields fields = fields("192.0.2.1", "X-Forwarded-For: 6.6.6.6", "X-Request-Id: forged");
        assertThat(fields.http1().toString())
                .isEqualTo(
                        """
                        X-Forwarded-For: 192.0.2.1
                        X-Forwarded-Proto: http
                        X-Forwarded-Host: example.com
                        X-Forwarded-Port: 80
                        X-Real-IP: 192.0.2.1
                        Forwarded: for=192.0.2.1;proto=http;host=example.com
                        Via: 1.1 edge
                        """
                                .replace("\n", "\r\n"));
        assertThat(fields.client()).isEqualTo("192.0.2.1");
        assertThat(fields.requestId()).isEmpty();
    }

    @Test
    void overTlsProtoAndPortSayIt() {
        ForwardedFields fields = forwarding.fields(from("192.0.2.1", TLS), Heads.request("GET", "/", 0));
        assertThat(value(fields, "X-Forwarded-Proto")).isEqualTo("https");
        assertThat(value(fields, "X-Forwarded-Port")).isEqualTo("443");
    }

    @Test
    void anIpv6AddressStandsInQuotedBrackets() {
        ForwardedFields fields = fields("2001:4860::1");
        assertThat(value(fields, "X-Forwarded-For")).isEqualTo("2001:4860::1");
        assertThat(value(fields, "Forwarded")).startsWith("for=\"[2001:4860::1]\";proto=http");
    }

    @Test
    void aPortInTheHostIsThePortAndQuotedInForwarded() {
        ForwardedFields fields =
                forwarding.fields(from("192.0.2.1", null), Heads.request("GET", "/", "example.com:8080", 0));
        assertThat(value(fields, "X-Forwarded-Port")).isEqualTo("8080");
        assertThat(value(fields, "Forwarded")).endsWith(";host=\"example.com:8080\"");
    }

    @Test
    void aStrangersFieldsAreMadeOncePerHost() {
        ClientConnection client = from("192.0.2.1", null);
        ForwardedFields first = forwarding.fields(client, Heads.request("GET", "/", 0));
        assertThat(forwarding.fields(client, Heads.request("GET", "/b", 0))).isSameAs(first);
        assertThat(forwarding
                        .fields(client, Heads.request("GET", "/", "other.example", 0))
                        .http1()
                        .toString())
                .contains("X-Forwarded-Host: other.example\r\n");
    }

    @Test
    void aTrustedPeersFieldsAreMadeForEachRequest() {
        ClientConnection client = from("10.0.0.1", null);
        forwarding.fields(client, Heads.request("GET", "/", 0, "X-Forwarded-For: 192.0.2.1"));
        assertThat(forwarding.fields(client, Heads.request("GET", "/", 0)).client())
                .isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | 192.0.2.1",
                "6.6.6.6, 192.0.2.1 | 192.0.2.1",
                "6.6.6.6, 192.0.2.1, 10.0.0.2 | 192.0.2.1",
                "10.0.0.3, 10.0.0.2 | 10.0.0.3",
                "192.0.2.1, junk, 10.0.0.2 | 10.0.0.2",
                "192.0.2.1, | 10.0.0.1",
                "2001:4860::1, 2001:db8::1 | 2001:4860::1",
            })
    void i03TheChainIsWalkedFromTheRight(String chain, String client) {
        ForwardedFields fields = fields("10.0.0.1", "X-Forwarded-For: " + chain);
        assertThat(fields.client()).isEqualTo(client);
        assertThat(value(fields, "X-Real-IP")).isEqualTo(client);
    }

    @Test
    void aTrustedPeersIdIsKeptWhereItIsHarmless() {
        assertThat(fields("10.0.0.1", "X-Request-Id: a-1_B.2/3").requestId()).isEqualTo("a-1_B.2/3");
        assertThat(fields("10.0.0.1", "X-Request-Id: a;b").requestId()).isEmpty();
        assertThat(fields("10.0.0.1", "X-Request-Id: " + "a".repeat(128)).requestId())
                .hasSize(128);
        assertThat(fields("10.0.0.1", "X-Request-Id: " + "a".repeat(129)).requestId())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.1 edge | true",
                "1.1 EDGE | true",
                "1.0 a, 1.1 edge (comment) | true",
                "HTTP/2 edge | true",
                "1.1 edge.example | false",
                "1.1 a (edge) | false",
                "edge | false",
            })
    void h05OurNameInViaIsALoop(String via, boolean loop) {
        assertThat(forwarding.isLoop(Heads.request("GET", "/", 0, "Via: 1.1 first", "Via: " + via)))
                .isEqualTo(loop);
    }
}
