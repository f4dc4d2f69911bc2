package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.OcspAnswer;
import io.portcullis.testkit.OcspResponder;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.io.File;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Certificates made small for clients that say they can unpack them (RFC 8879). */
class CertificateCompressionWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [ { chain = "long.pem", key = "long.key" } ]
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;

    private static final int NONE = 0;
    private static final int ZLIB = 1;
    private static final int BROTLI = 2;
    private static final String NAME = "www1.long.example.com";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private TestCertificates authority;
    private File ca;

    @BeforeEach
    void makeAuthority() throws Exception {
        HttpsSite site = HttpsSite.of(proxy);
        authority = site.authority();
        ca = site.rootFile().toFile();
    }

    @Test
    void s19AChainIsMadeSmallForAClientThatOffersZlib() throws Exception {
        TestLeaf leaf = order().write("long");
        proxy.start(CONFIG);
        BoringClient.Shaken plain = shaken(NONE, "TLSv1.3");
        BoringClient.Shaken small = shaken(ZLIB, "TLSv1.3");
        assertThat(small.unpacked()).isGreaterThan(2000);
        assertThat(small.chain()).isEqualTo(plain.chain()).isEqualTo(leaf.chain());
        assertThat(small.received()).isLessThan(plain.received() - 1000);
        assertThat(plain.unpacked()).isZero();
        assertThat(shaken(ZLIB, "TLSv1.3").chain()).as("from memory").isEqualTo(leaf.chain());
    }

    @Test
    void s19ItIsSentAsItIsWithoutAnAlgorithmInCommonAndInTls12() throws Exception {
        TestLeaf leaf = order().write("long");
        proxy.start(CONFIG);
        BoringClient.Shaken brotli = shaken(BROTLI, "TLSv1.3");
        assertThat(brotli.unpacked()).isZero();
        assertThat(brotli.chain()).isEqualTo(leaf.chain());
        assertThat(shaken(ZLIB, "TLSv1.2").unpacked()).isZero();
    }

    @Test
    void s19TheStapleGoesAlongWithASmallChain() throws Exception {
        try (OcspResponder responder =
                OcspResponder.that(serial -> OcspAnswer.of(authority).of(serial))) {
            order().responder(responder.address()).write("long");
            proxy.start(CONFIG);
            Await.until(this::isStapled, "a staple");
            BoringClient.Shaken small = shaken(ZLIB, "TLSv1.3");
            assertThat(small.unpacked()).isGreaterThan(2000);
            assertThat(small.staple()).isGreaterThan(100);
        }
    }

    private boolean isStapled() {
        try {
            return proxy.scrape().sum("portcullis_certificate_staple_seconds") > 0;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private TestLeaf.Order order() {
        return authority.leaf(IntStream.range(0, 100)
                .mapToObj(i -> "www" + i + ".long.example.com")
                .toArray(String[]::new));
    }

    private BoringClient.Shaken shaken(int algorithm, String version) throws Exception {
        try (BoringClient client = new BoringClient(algorithm, ca, version)) {
            return client.shakeHands(proxy.port("https"), NAME);
        }
    }
}
