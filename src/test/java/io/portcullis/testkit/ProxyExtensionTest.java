package io.portcullis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProxyExtensionTest {
    private final Origin admin = Origin.start().respond(metrics(0));
    private final List<String> asked = new ArrayList<>();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension(config -> {
                asked.add(Files.readString(config));
                return new Starter.Running(
                        String::length,
                        admin::port,
                        () -> asked.add("reload " + Files.readString(config)),
                        () -> asked.add("drain"),
                        () -> {
                            asked.add("close");
                            admin.close();
                        });
            })
            .word("cert", "c.pem");

    private static String metrics(int inFlight) {
        String body = "# TYPE x gauge\nportcullis_requests_in_flight{route=\"app\"} " + inFlight
                + ".0\nportcullis_requests_in_flight{listener=\"admin\"} 1.0\nother_total 7\n";
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void wordsAreReplacedAndAnAdminListenerIsAdded() throws Exception {
        proxy.start("a = \"{origin}\", b = \"{cert}\", c = ${HOME}, d {}");
        assertThat(asked)
                .containsExactly("a = \"" + proxy.origin().address()
                        + "\", b = \"c.pem\", c = ${HOME}, d {}\nadmin { bind = \"127.0.0.1:0\" }\n");
        assertThat(proxy.port("https")).isEqualTo(5);
        assertThatThrownBy(() -> proxy.write("{sert}")).hasMessageContaining("{sert}: unknown word");
    }

    @Test
    void aReloadReadsWhatWasWritten() throws Exception {
        proxy.start("admin {}");
        proxy.reload("admin { new = true }");
        assertThat(asked).containsExactly("admin {}", "reload admin { new = true }");
    }

    @Test
    void stoppingClosesTheProductAndRemovesItsFolder() throws Exception {
        Path dir = proxy.start("admin {}").dir();
        proxy.stop();
        assertThat(asked).endsWith("close");
        assertThat(dir).doesNotExist();
    }

    @Test
    void whatIsInFlightMustLand() throws Exception {
        proxy.start("admin {}");
        proxy.checkNothingInFlight(Await.LIMIT);
        admin.respond("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nother 7\n");
        assertThatThrownBy(() -> proxy.checkNothingInFlight(Duration.ofMillis(50)))
                .hasMessageContaining("no in-flight gauge");
        admin.respond(metrics(1));
        assertThatThrownBy(() -> proxy.checkNothingInFlight(Duration.ofMillis(50)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("route=\"app\"");
        admin.respond(metrics(0));
    }
}
