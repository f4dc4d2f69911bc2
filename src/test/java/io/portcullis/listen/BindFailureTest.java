package io.portcullis.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.BindAddress;
import io.portcullis.config.SourceLine;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BindFailureTest {
    private static BindAddress tcp(int port) {
        return new BindAddress(null, port, null, SourceLine.NOWHERE);
    }

    private static String message(BindAddress address, Throwable cause) {
        return String.valueOf(BindFailure.of(address, cause).getMessage());
    }

    @Test
    void aPrivilegedPortNamesTheCapabilityAndAWayRoundIt() {
        assertThat(message(tcp(443), new BindException("Permission denied")))
                .startsWith("cannot listen on *:443: permission denied")
                .contains("CAP_NET_BIND_SERVICE")
                .contains("from 1024 up");
    }

    @Test
    void aPathWithoutPermissionDoesNotSpeakOfPorts() {
        BindAddress path = new BindAddress(null, 0, Path.of("/run/x.sock"), SourceLine.NOWHERE);
        assertThat(message(path, new IOException("bind(..) failed with error(-13): Permission denied")))
                .contains("unix:/run/x.sock")
                .contains("who owns the path")
                .doesNotContain("CAP_NET_BIND_SERVICE");
    }

    @Test
    void aPortInUseNamesItsOwner() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(message(tcp(taken.getLocalPort()), new BindException("Address already in use")))
                    .contains("already in use by ")
                    .contains("(process " + ProcessHandle.current().pid() + ")");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsSaidToBe() {
        assertThat(message(
                        new BindAddress("192.0.2.1", 80, null, SourceLine.NOWHERE),
                        new BindException("Cannot assign requested address")))
                .contains("192.0.2.1:80: this machine has no such address");
    }

    @Test
    void anyOtherReasonIsPassedOn() {
        assertThat(message(tcp(80), new IOException("odd"))).endsWith(": odd");
        assertThat(message(tcp(80), new IllegalStateException())).contains("IllegalStateException");
    }
}
