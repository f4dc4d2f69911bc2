package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenersTest {
    private static final String TLS = "tls.public.certificates = [ { chain = c.pem, key = c.key } ]\n";

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp).certificate("c");
    }

    @ParameterizedTest
    @CsvSource({
        "*:443,*:443",
        "127.0.0.1:80,127.0.0.1:80",
        "[::1]:443,[::1]:443",
        "LocalHost:80,localhost:80",
        "127.0.0.1:0,127.0.0.1:0"
    })
    void bindTakes(String written, String read) {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "listeners.x.bind = \"" + written + "\"");
        assertThat(config.listeners().getLast().bind()).hasToString("[" + read + "]");
    }

    @Test
    void bindTakesAUnixSocketBesideTheFile() {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "listeners.x.bind = [\"unix:x.sock\"]");
        assertThat(config.listeners().getLast().bind())
                .extracting(BindAddress::unixPath)
                .isEqualTo(List.of(folder.path("x.sock")));
    }

    @Test
    void bindKnowsItsLine() {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "listeners.x.bind = [\n\"*:1\"\n\"*:2\" ]");
        assertThat(config.listeners().getLast().bind())
                .extracting(b -> b.where().line())
                .containsExactly(5, 6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "443 | for every interface write \"*:443\"",
                ":443 | for every interface write \"*:443\"",
                "*:99999 | the port is a number from 0 to 65535",
                "*:http | the port is a number from 0 to 65535",
                "::1:443 | write an IPv6 address in brackets: \"[::1]:443\"",
                "[::x]:443 | what stands in the brackets is not an IPv6 address",
                "300.1.1.1:80 | each number of an IPv4 address goes from 0 to 255",
                "localhost | write \"*:443\", \"127.0.0.1:443\", \"[::1]:443\" or \"unix:/path\""
            })
    void bindRefuses(String written, String remedy) {
        assertThat(folder.problemsOf("listeners.x.bind = \"" + written + "\""))
                .containsExactly("x.conf:4: listeners.x.bind: expected an address to listen on, found \"" + written
                        + "\"; " + remedy);
    }

    @Test
    void unixSocketPathHasItsLimit() {
        assertThat(folder.problemsOf("listeners.x.bind = \"unix:/" + "x".repeat(107) + "\""))
                .containsExactly(
                        "x.conf:4: listeners.x.bind: the socket's path has 108 bytes, the kernel takes 107; choose a"
                                + " shorter path");
    }

    @Test
    void bindIsRequired() {
        assertThat(folder.problemsOf("listeners.x {}"))
                .containsExactly(
                        "x.conf:4: listeners.x.bind: missing: expected where to listen; write bind = [\"*:443\"]");
    }

    @Test
    void emptyBindIsAsGoodAsNone() {
        assertThat(folder.problemsOf("listeners.x.bind = []"))
                .containsExactly(
                        "x.conf:4: listeners.x.bind: missing: expected where to listen; write bind = [\"*:443\"]");
    }

    @Test
    void nameOfAListenerIsALabel() {
        assertThat(folder.problemsOf("listeners.\"a b\".bind = \"*:1\""))
                .containsExactly("x.conf:4: listeners.\"a b\": \"a b\" is no name for meters and log; a name is 1 to 64"
                        + " letters, digits, '-', '_' and '.', a letter or digit first");
    }

    @Test
    void noListenerIsAnError() {
        assertThat(folder.problems("log.level = info"))
                .containsExactly("x.conf:1: listeners: there is no listener; write listeners { https { bind ="
                        + " [\"*:443\"], tls = … } }");
    }

    @Test
    void listenerWithoutRoutesIsAnError() {
        assertThat(folder.problems("listeners.http.bind = \"*:80\""))
                .containsExactly(
                        "x.conf:1: routes: the listener \"http\" routes, but there is no route; write routes = [ {"
                                + " upstream = … } ]");
    }

    @Test
    void redirectingListenerNeedsNoRoute() {
        assertThat(folder.problems("listeners.http { bind = \"*:80\", redirect-to-https {} }"))
                .singleElement()
                .asString()
                .startsWith(
                        "x.conf:1: listeners.http.redirect-to-https.port: no listener with tls listens on port 443");
    }

    @Test
    void unknownTlsBlockGetsASuggestion() {
        assertThat(folder.problemsOf("listeners.x { bind = \"*:1\"\n tls = publik }\n" + TLS))
                .contains(
                        "x.conf:5: listeners.x.tls: there is no tls block named \"publik\"; did you mean \"public\"?");
    }

    @Test
    void redirectOnATlsListenerIsAnError() {
        assertThat(folder.problemsOf(TLS + "listeners.x { bind = \"*:443\", tls = public\nredirect-to-https {} }"))
                .containsExactly(
                        "x.conf:6: listeners.x.redirect-to-https: a listener with tls already speaks HTTPS: it would"
                                + " redirect to itself; remove tls, or redirect-to-https");
    }

    @Test
    void redirectPortNobodyBindsIsAWarning() {
        assertThat(folder.load(ConfigFolder.GOOD + "listeners.x { bind = \"*:80\", redirect-to-https { port = 8443 } }")
                        .problems())
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.risk()).isEqualTo(3);
                    assertThat(p.key()).isEqualTo("listeners.x.redirect-to-https.port");
                    assertThat(p.message()).isEqualTo("no listener with tls listens on port 8443");
                });
    }

    @Test
    void redirectStatusIsOneOfFour() {
        assertThat(folder.problemsOf("listeners.x { bind = \"*:80\", redirect-to-https { port = 443, status = 303 } }"))
                .contains("x.conf:4: listeners.x.redirect-to-https.status: expected one of 301, 302, 307, 308, found"
                        + " \"303\"; write one of these");
    }

    @Test
    void redirectMustBeABlock() {
        assertThat(folder.problemsOf("listeners.x { bind = \"*:80\", redirect-to-https = true }"))
                .containsExactly(
                        "x.conf:4: listeners.x.redirect-to-https: expected a block { … } or off; write a block { …"
                                + " } or off");
    }

    @Test
    void sameAddressTwiceIsAnError() {
        assertThat(folder.problemsOf("listeners.x.bind = \"127.0.0.1:8080\""))
                .containsExactly(
                        "x.conf:4: listeners.x.bind: 127.0.0.1:8080 is bound twice (listeners.http.bind, x.conf:1);"
                                + " remove one of the two");
    }

    @Test
    void starOverlapsWithASpecificAddress() {
        assertThat(folder.problemsOf("listeners.x.bind = \"*:8080\""))
                .containsExactly("x.conf:4: listeners.x.bind: *:8080 overlaps with 127.0.0.1:8080 (listeners.http.bind,"
                        + " x.conf:1); keep the wider one, or name each address");
    }

    @Test
    void anyIpv4OverlapsWithASpecificOne() {
        assertThat(folder.problemsOf("listeners.x.bind = \"0.0.0.0:8080\"")).hasSize(1);
    }

    @Test
    void anyIpv6IsBesideIpv4() {
        assertThat(folder.problemsOf("listeners.x.bind = \"[::]:8080\"")).isEmpty();
    }

    @Test
    void anyFreePortMayBeBoundOften() {
        assertThat(folder.problemsOf("listeners.x.bind = [\"127.0.0.1:0\", \"127.0.0.1:0\"]"))
                .isEmpty();
    }

    @Test
    void adminClashesToo() {
        assertThat(folder.problemsOf("admin.bind = \"127.0.0.1:8080\""))
                .containsExactly(
                        "x.conf:4: admin.bind: 127.0.0.1:8080 is bound twice (listeners.http.bind, x.conf:1); remove"
                                + " one of the two");
    }

    @Test
    void adminMayBeOff() {
        assertThat(folder.config(ConfigFolder.GOOD + "admin.bind = off").admin().bind())
                .isNull();
    }

    @Test
    void adminOpenToTheNetIsTheHighestRisk() {
        assertThat(folder.load(ConfigFolder.GOOD + "admin.bind = \"*:9901\"").problems())
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.risk()).isEqualTo(5);
                    assertThat(p.where().line()).isEqualTo(ConfigFolder.NEXT_LINE);
                    assertThat(p.remedy()).isEqualTo("bind it to 127.0.0.1, [::1] or a Unix socket");
                });
    }

    @Test
    void demoOpenToTheNetIsAWarning() {
        assertThat(folder.problemsOf("demo.bind = \"*:9000\""))
                .containsExactly(
                        "x.conf:4: demo.bind: the demo backend can be reached from outside this machine: *:9000;"
                                + " bind it to 127.0.0.1");
    }

    @Test
    void backendThatIsAListenerIsAWarning() {
        assertThat(folder.problemsOf("upstreams.app.endpoints = [\"127.0.0.1:8080\"]"))
                .contains("x.conf:4: upstreams.app.endpoints: the backend 127.0.0.1:8080 is this proxy's own listener"
                        + " \"http\": requests go in circles; name the backend's own address");
    }

    @Test
    void backlogHasItsRange() {
        assertThat(folder.problemsOf("listeners.http.backlog = 70000"))
                .containsExactly(
                        "x.conf:4: listeners.http.backlog: expected a whole number from 1 to 65535, found 70000;"
                                + " write a value within the range");
    }
}
