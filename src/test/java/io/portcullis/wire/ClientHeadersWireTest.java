package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Facts about a client's certificate, told to backends by names of the operator's choice. */
class ClientHeadersWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public }, plain { bind = "127.0.0.1:0" } }
            tls.public {
              certificates = [ { chain = "site.pem", key = "site.key" } ]
              client-certificates {
                ca = "clients/ca.pem", mode = optional, forward = off
                headers {
                  subject = X-SSL-Client-S-DN, issuer = X-SSL-Client-I-DN, serial = X-SSL-Client-Serial
                  fingerprint = X-SSL-Client-Fingerprint, verified = X-SSL-Client-Verify, pem = X-SSL-Client-Escaped-Cert
                }
              }
            }
            upstreams.app { endpoints = ["{origin}"] }
            routes = [ { upstream = app } ]
            access-log { format = off }
            """;

    private static final String LIES =
            """
            X-SSL-Client-Verify: SUCCESS\r
            x-ssl-client-verify: SUCCESS\r
            X_SSL_Client_Verify: SUCCESS\r
            x.ssl.client.s.dn: CN=root\r
            X-Ssl-Client-Fingerprint: 00\r
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;
    private TestCertificates clients;
    private TestLeaf alice;

    @BeforeEach
    void start() throws Exception {
        site = HttpsSite.of(proxy);
        clients = TestCertificates.in(Files.createDirectories(proxy.dir().resolve("clients")));
        alice = clients.leaf("alice.staff.example").client().write("alice");
        proxy.start(CONFIG);
        proxy.origin().answer(Script.ok("ok"));
    }

    @Test
    void eachFactArrivesByItsName() throws Exception {
        areTold(asked(site.offer().showing(alice), ""));
    }

    @Test
    void i01WhatAClientSendsByTheseNamesIsRemovedInEverySpelling() throws Exception {
        areTold(asked(site.offer().showing(alice), LIES));
        RawRequest stranger = asked(site.offer(), LIES);
        assertThat(told(stranger)).containsExactly("X-SSL-Client-Verify: NONE");
    }

    @Test
    void i01AlsoOnAListenerWithoutTls() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\n" + LIES + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(told(proxy.origin().requests().getLast())).isEmpty();
    }

    @Test
    void i04AlsoInTrailers() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\n" + "1\r\na\r\n0\r\n"
                    + LIES + "X-Sum: 1\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        RawRequest seen = proxy.origin().requests().getLast();
        assertThat(seen.trailers().toString()).contains("X-Sum").doesNotContainIgnoringCase("ssl");
    }

    @Test
    void connectionCannotTakeThemAway() throws Exception {
        areTold(asked(site.offer().showing(alice), "Connection: X-SSL-Client-Verify, X-SSL-Client-S-DN\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    @NeedsProgram("curl")
    void i01ByEitherProtocol(String protocol) throws Exception {
        String url = "https://example.com:" + proxy.port("https") + "/";
        assertThat(Programs.run(
                                "curl",
                                "-sf",
                                protocol,
                                "--cacert",
                                site.rootFile().toString(),
                                "--resolve",
                                "example.com:" + proxy.port("https") + ":127.0.0.1",
                                "--cert",
                                alice.chainFile().toString(),
                                "--key",
                                alice.keyFile().toString(),
                                "-H",
                                "X_SSL_Client_Verify: SUCCESS",
                                "-H",
                                "X-SSL-Client-S-DN: CN=root",
                                url)
                        .exit())
                .isZero();
        areTold(proxy.origin().requests().getLast());
    }

    /** Spelled as CGI, PHP or a WSGI server would fold into ours; HTTP/2 lets each of these bytes stand in a name. */
    private static final String[] LIES_IN_HTTP2 = {
        "x-ssl-client-verify",
        "SUCCESS",
        "x-ssl-client-verify",
        "NONE",
        "x_ssl_client_verify",
        "SUCCESS",
        "x.ssl.client.s.dn",
        "CN=root",
        "x-ssl_client-fingerprint",
        "00",
        "x~ssl~client~serial",
        "1",
        "client-cert",
        ":AAAA:",
        "client_cert",
        ":AAAA:",
        "client-cert-chain",
        ":AAAA:",
        "x-forwarded-client-cert",
        "Hash=00"
    };

    @Test
    void i01DuplicatesAndFoldedSpellingsOverHttp2AreRemovedToo() throws Exception {
        try (RawHttp2 client =
                RawHttp2.tls(proxy.port("https"), site.offer().showing(alice).alpn("h2"))) {
            assertThat(client.answer(client.get("/", LIES_IN_HTTP2)).status()).isEqualTo(200);
            areTold(proxy.origin().requests().getLast());
            assertThat(proxy.origin().requests().getLast().head().raw()).doesNotContainIgnoringCase("client-cert:");
        }
        try (RawHttp2 stranger = RawHttp2.tls(proxy.port("https"), site.offer().alpn("h2"))) {
            assertThat(stranger.answer(stranger.get("/", LIES_IN_HTTP2)).status())
                    .isEqualTo(200);
        }
        RawRequest seen = proxy.origin().requests().getLast();
        assertThat(told(seen)).containsExactly("X-SSL-Client-Verify: NONE");
        assertThat(seen.head().raw()).doesNotContainIgnoringCase("AAAA").doesNotContainIgnoringCase("root");
    }

    @Test
    void i04TrailersOverHttp2BringNoneEither() throws Exception {
        try (RawHttp2 client = RawHttp2.tls(proxy.port("https"), site.offer().alpn("h2"))) {
            int stream = client.open(false, RawBlock.request("POST", "/"));
            client.data(stream, false, "a");
            RawBlock lies = RawBlock.of(LIES_IN_HTTP2).field("x-sum", "1");
            client.send(RawFrame.headers(stream, true, lies));
            assertThat(client.answer(stream).status()).isEqualTo(200);
        }
        RawRequest seen = proxy.origin().requests().getLast();
        assertThat(seen.trailers().toString())
                .contains("x-sum")
                .doesNotContainIgnoringCase("ssl")
                .doesNotContain("AAAA");
        assertThat(told(seen)).containsExactly("X-SSL-Client-Verify: NONE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-SSL-Client-Verify : SUCCESS", "X-SSL-Client-Verify\t: SUCCESS", " X-SSL-Client-Verify: SUCCESS",
                "X-SSL-Client-Verify\u0000: SUCCESS", "X-SSL-Client\u00adVerify: SUCCESS",
                        "X SSL Client Verify: SUCCESS"
            })
    void i01ASpellingThatNoNameMayHaveIsRefused(String line) throws Exception {
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer())) {
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\n" + line + "\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(400);
        }
        assertThat(proxy.origin().requests()).isEmpty();
    }

    private void areTold(RawRequest seen) throws Exception {
        byte[] der = alice.certificate().getEncoded();
        assertThat(seen.values("X-SSL-Client-Verify")).containsExactly("SUCCESS");
        assertThat(seen.values("X-SSL-Client-S-DN"))
                .containsExactly(alice.certificate().getSubjectX500Principal().getName());
        assertThat(seen.values("X-SSL-Client-I-DN"))
                .containsExactly(alice.certificate().getIssuerX500Principal().getName());
        assertThat(new java.math.BigInteger(seen.values("X-SSL-Client-Serial").getFirst(), 16))
                .isEqualTo(alice.certificate().getSerialNumber());
        assertThat(seen.values("X-SSL-Client-Fingerprint"))
                .containsExactly(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(der)));
        String pem = URLDecoder.decode(seen.values("X-SSL-Client-Escaped-Cert").getFirst(), StandardCharsets.US_ASCII);
        assertThat(pem).startsWith("-----BEGIN CERTIFICATE-----\n").endsWith("\n-----END CERTIFICATE-----\n");
        assertThat(Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", "")))
                .isEqualTo(der);
        assertThat(told(seen)).hasSize(6);
    }

    /** Every field that a backend might take for one of ours. */
    private static List<String> told(RawRequest seen) {
        List<String> found = new ArrayList<>();
        for (String line : seen.head().raw().lines().skip(1).toList()) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.replaceAll("[^a-z0-9:]", "-").startsWith("x-ssl-client")) {
                found.add(line.strip());
            }
        }
        return found;
    }

    private RawRequest asked(TlsOffer offer, String fields) throws IOException {
        try (RawClient client = RawClient.tls(proxy.port("https"), offer)) {
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\n" + fields + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        return proxy.origin().requests().getLast();
    }
}
