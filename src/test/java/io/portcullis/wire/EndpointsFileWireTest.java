package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A file that lists endpoints is taken up when it changes, and refused where it cannot be right. */
class EndpointsFileWireTest {
    private final Origin one = Origin.start();
    private final Origin two = Origin.start();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    private void start(String list) throws Exception {
        one.respond("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        two.respond("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");
        write(list);
        proxy.start(
                """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints-file = "app.list" }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                reload.settle = 20 ms
                """);
    }

    private void write(String list) throws IOException {
        Path draft = Files.writeString(proxy.dir().resolve("app.list.draft"), list);
        Files.move(draft, proxy.dir().resolve("app.list"), StandardCopyOption.ATOMIC_MOVE);
    }

    private Set<String> served() {
        Set<String> bodies = new TreeSet<>();
        for (int i = 0; i < 6; i++) {
            try {
                bodies.add(site.ask(GET).body());
            } catch (IOException e) {
                throw new AssertionError("no answer", e);
            }
        }
        return bodies;
    }

    private double reloads(String result) {
        return site.sum("portcullis_reloads_total", "result=\"" + result + "\"");
    }

    @Test
    void aListThatChangesIsTakenUpAndWhoStaysKeepsItsConnection() throws Exception {
        start("# the backends\n\n" + one.address() + "\n");
        assertThat(served()).containsExactly("one");
        int before = one.connections().size();
        write(one.address() + " weight=2 # heavier\n" + two.address() + "\n");
        Await.until(() -> served().equals(Set.of("one", "two")), "both");
        assertThat(one.connections()).hasSizeLessThanOrEqualTo(before + 1);
        assertThat(site.sum("portcullis_endpoint_weight", one.address())).isEqualTo(2);
        write(two.address() + "\n" + one.address() + " backup\n");
        Await.until(() -> served().equals(Set.of("two")), "the second alone");
        write(two.address() + " backup=2\n127.0.0.1:1 weight=3\n" + one.address() + " backup\n");
        Await.until(() -> served().equals(Set.of("one")), "the first of backups, for nobody listens at port 1");
        site.nothingFailed();
    }

    @Test
    void aBadListIsRefusedAndTheOldOneStays() throws Exception {
        start(one.address() + "\n");
        write(two.address() + "\n10.0.0.5\n");
        Await.until(() -> reloads("refused") == 1, "a refused reload");
        assertThat(served()).containsExactly("one");
        write("# nobody\n");
        Await.until(() -> reloads("refused") == 2, "another one");
        assertThat(served()).containsExactly("one");
        write(two.address() + "\n");
        Await.until(() -> served().equals(Set.of("two")), "the second");
        site.nothingFailed();
    }

    @Test
    void aStartWithABadListSaysWhereItIsWrong() {
        Assertions.assertThatThrownBy(
                        () -> start("127.0.0.1:80 weight=300\n127.0.0.1:81 heavy\n127.0.0.1:82 backup=0\n"))
                .hasMessageContaining("app.list:1: a weight is 1 to 256, found 300")
                .hasMessageContaining("app.list:2: \"heavy\" is neither weight=N nor backup")
                .hasMessageContaining("app.list:3: \"backup=0\" is neither weight=N nor backup, nor backup=1 to 9");
    }

    @Test
    void aListIsBoundedAndSoIsWhatIsSaidOfIt() {
        Assertions.assertThatThrownBy(() -> start("#".repeat(1024 * 1024) + "\n127.0.0.1:80\n"))
                .hasMessageContaining("app.list is larger than 1 MiB");
        Assertions.assertThatThrownBy(() -> start("127.0.0.1:80 heavy\n".repeat(50)))
                .hasMessageContaining("app.list:10:")
                .message()
                .doesNotContain("app.list:11:");
    }
}
