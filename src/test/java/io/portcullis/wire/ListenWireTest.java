package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.StartFailure;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a listener may stand, and what is said where it may not. */
class ListenWireTest {
    private static final String REST =
            """
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aStarIsIpv4AndIpv6(String transport) throws Exception {
        proxy.start("listeners { http { bind = \"*:0\" } }\nruntime.transport = " + transport + "\n" + REST);
        for (String address : new String[] {"127.0.0.1", "::1"}) {
            answers(RawClient.plain(new InetSocketAddress(InetAddress.ofLiteral(address), proxy.port("http")), 0));
        }
    }

    @Test
    void anIpv6AddressIsThatAddressOnly() throws Exception {
        proxy.start("listeners { http { bind = \"[::1]:0\" } }\n" + REST);
        answers(RawClient.plain(new InetSocketAddress(InetAddress.ofLiteral("::1"), proxy.port("http")), 0));
        assertThatThrownBy(() -> RawClient.plain(proxy.port("http"))).isInstanceOf(java.net.ConnectException.class);
    }

    @Test
    void oneListenerHasSeveralAddressesAndServesTlsOnEach() throws Exception {
        HttpsSite site = HttpsSite.of(proxy);
        Path path = proxy.dir().resolve("s.sock");
        proxy.start(
                """
                listeners { https { bind = ["127.0.0.1:0", "127.0.0.1:0", "unix:{dir}/s.sock"], tls = public } }
                tls.public.certificates = [ { chain = "site.pem", key = "site.key" } ]
                """
                        + REST);
        answers(site.client());
        assertThat(path).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aUnixSocketAnswersAndItsFileGoesWithIt(String transport) throws Exception {
        Path path = proxy.dir().resolve("s.sock");
        String text = "runtime.transport = " + transport + "\n" + REST;
        proxy.start("listeners { unix { bind = \"unix:{dir}/s.sock\" }, tcp { bind = \"127.0.0.1:0\" } }\n" + text);
        answers(RawClient.unix(path));
        proxy.reload("listeners { tcp { bind = \"127.0.0.1:0\" } }\n" + text);
        assertThat(path).doesNotExist();
    }

    @Test
    void aLiveUnixSocketIsNotTakenOver() throws Exception {
        Path path = proxy.dir().resolve("s.sock");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));
            assertThatThrownBy(() -> proxy.start("listeners { unix { bind = \"unix:{dir}/s.sock\" } }\n" + REST))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("a running process answers there");
            assertThat(path).exists();
        }
    }

    @Test
    void aDeadUnixSocketIsReplaced() throws Exception {
        Path path = proxy.dir().resolve("s.sock");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        proxy.start("listeners { unix { bind = \"unix:{dir}/s.sock\" } }\n" + REST);
        answers(RawClient.unix(path));
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws Exception {
        Path path = Files.writeString(proxy.dir().resolve("s.sock"), "precious");
        assertThatThrownBy(() -> proxy.start("listeners { unix { bind = \"unix:{dir}/s.sock\" } }\n" + REST))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void everyPortInUseIsNamedWithItsOwnerAndNothingStaysOpen() throws Exception {
        try (ServerSocket one = taken();
                ServerSocket two = taken()) {
            assertThatThrownBy(() -> proxy.start("listeners { a { bind = \"127.0.0.1:" + one.getLocalPort()
                            + "\" }, b { bind = \"127.0.0.1:" + two.getLocalPort()
                            + "\" }, c { bind = \"unix:{dir}/s.sock\" } }\n" + REST))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("127.0.0.1:" + one.getLocalPort() + ": already in use by ")
                    .hasMessageContaining("127.0.0.1:" + two.getLocalPort() + ": already in use by ")
                    .hasMessageContaining("(process " + ProcessHandle.current().pid() + ")");
            assertThat(proxy.dir().resolve("s.sock")).doesNotExist();
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() {
        assertThatThrownBy(() -> proxy.start("listeners { a { bind = \"192.0.2.1:0\" } }\n" + REST))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("this machine has no such address");
    }

    private static ServerSocket taken() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static void answers(RawClient opened) throws IOException {
        try (RawClient client = opened) {
            assertThat(client.send(GET).readResponse().body()).isEqualTo("here");
        }
    }
}
