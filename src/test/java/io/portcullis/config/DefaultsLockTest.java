package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an upgrade changes of the defaults that a configuration relies on is told, and refuses nothing. */
class DefaultsLockTest {
    private static final String TEXT =
            """
            listeners { http { bind = "127.0.0.1:8080" } }
            upstreams.app { endpoints = ["10.0.0.5:8080"], max-waiting = 7 }
            routes = [ { upstream = app } ]
            """;

    @TempDir
    Path temp;

    private DefaultsLock now() {
        return DefaultsLock.ofNow(temp.resolve("defaults.lock"));
    }

    /** A lock of a version that never was: what it has otherwise is what an upgrade changed. */
    private List<String> toldWith(String lock) {
        Loading loading = new ConfigFolder(temp)
                .file("defaults.lock", lock)
                .file("x.conf", TEXT)
                .load(TEXT);
        assertThat(loading.config()).as("nothing is refused").isNotNull();
        return loading.problems().stream()
                .map(each -> each.toString().replace(temp + "/", ""))
                .toList();
    }

    private String older() {
        return now().text().replace("Portcullis development", "Portcullis 0.0.9");
    }

    private static int line(String text, String key) {
        return text.lines()
                        .toList()
                        .indexOf(text.lines()
                                .filter(line -> line.startsWith(key + " = "))
                                .findFirst()
                                .orElseThrow())
                + 1;
    }

    @Test
    void nothingIsToldOfDefaultsThatAreTheSame() {
        assertThat(toldWith(older())).isEmpty();
    }

    @Test
    void aDefaultThatIsReliedOnAndChangedIsTold() {
        String lock = older().replace("defaults.upstream.max-idle = 512\n", "defaults.upstream.max-idle = 256\n");
        assertThat(toldWith(lock))
                .containsExactly(
                        "defaults.lock:" + line(lock, "defaults.upstream.max-idle")
                                + ": defaults.upstream.max-idle: nothing sets it, and its default is 512 in development, where it was 256 in 0.0.9;"
                                + " write defaults.upstream.max-idle = 256 to keep what was, or take it with portcullis config lock");
    }

    @Test
    void aDefaultThatNothingRestsOnIsNotTold() {
        assertThat(toldWith(older()
                        // Written in the configuration.
                        .replace("defaults.upstream.max-waiting = 1024\n", "defaults.upstream.max-waiting = 1\n")
                        // No block of it is there.
                        .replace("defaults.tls.record-size = \"dynamic\"\n", "defaults.tls.record-size = \"full\"\n")
                        // There no more.
                        .concat("limits.moons = 2\n")))
                .isEmpty();
    }

    @Test
    void aKeyThatIsNewIsTold() {
        String key = "timeouts.keep-alive = \"75 s\"";
        assertThat(now().text()).contains(key + "\n");
        assertThat(toldWith(older().replace(key + "\n", "")))
                .containsExactly("defaults.lock:1: new since 0.0.9, with a default that holds: " + key
                        + "; portcullis config lock takes them");
    }

    @Test
    void whatItTellsToWriteKeepsWhatWas() {
        String lock = older().replace("defaults.upstream.max-idle = 512\n", "defaults.upstream.max-idle = 256\n");
        Loading loading =
                new ConfigFolder(temp).file("defaults.lock", lock).load(TEXT + "defaults.upstream.max-idle = 256\n");
        assertThat(loading.problems()).isEmpty();
    }

    @Test
    void everyLineOfALockIsAConfiguration() throws IOException {
        DefaultsLock read = Objects.requireNonNull(
                DefaultsLock.read(Files.writeString(temp.resolve("defaults.lock"), now().text())));
        assertThat(read.values()).isEqualTo(now().values()).hasSizeGreaterThan(150);
        assertThat(read.version()).isEqualTo("development");
        assertThat(com.typesafe.config.ConfigFactory.parseString(now().text()).isEmpty())
                .isFalse();
    }

    @Test
    void twoLocksAreComparedLineByLine() throws IOException {
        Path file = Files.writeString(
                temp.resolve("defaults.lock"),
                older().replace("timeouts.keep-alive = \"75 s\"\n", "timeouts.keep-alive = \"60 s\"\nold.key = 1\n"));
        assertThat(Objects.requireNonNull(DefaultsLock.read(file)).difference(now()))
                .containsExactly(
                        "- old.key = 1", "- timeouts.keep-alive = \"60 s\"", "+ timeouts.keep-alive = \"75 s\"");
    }

    @Test
    void withoutALockNothingIsCompared() throws IOException {
        assertThat(DefaultsLock.read(temp.resolve("defaults.lock"))).isNull();
    }
}
