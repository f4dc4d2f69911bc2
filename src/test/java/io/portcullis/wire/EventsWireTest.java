package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Scrape;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code GET /events}: one sample a second for all who look, and none for nobody. */
class EventsWireTest {
    private static final int MOST = 16;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    routes = [ { name = site, respond { body = "here" } } ]
                    access-log { format = off }
                    reload.watch = off
                    """);

    @Test
    void aSampleTellsWhatHappenedSinceTheOneBefore() throws Exception {
        try (RawClient viewer = viewer();
                RawClient client = RawClient.plain(proxy.port("plain"))) {
            String first = until(viewer, "data: {");
            assertThat(first).contains("Content-Type: text/event-stream", "event: past\ndata: []\n\n");
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
            String busy = until(viewer, Pattern.compile("\"p50\":\\d"));
            assertThat(until(viewer, "}]}"))
                    .contains("\"connections\":1,", "\"endpoints\":0,", "\"loops\":[{\"loop\":");
            String sample = busy.substring(busy.lastIndexOf("{\"time\""));
            assertThat(sample).contains("\"serverErrors\":0,").containsPattern("\"requests\":(?!0,)\\d");
        }
    }

    @Test
    void whoComesLaterSeesWhatWasAndNobodyLeavesNothing() throws Exception {
        try (RawClient viewer = viewer()) {
            until(viewer, "data: {");
            try (RawClient second = viewer()) {
                assertThat(until(second, "event: past\ndata: [")).isNotNull();
                assertThat(second.readSome(20)).startsWith("{\"time\":");
            }
        }
        try (RawClient asking = RawClient.plain(proxy.adminPort())) {
            Await.until(() -> adminConnections(asking) == 1, "the viewers are gone");
            Await.throughout(
                    Duration.ofMillis(2200), () -> adminConnections(asking) == 1, "nobody looks for two periods");
        }
        try (RawClient late = viewer()) {
            assertThat(until(late, "event: past\ndata: [")).isNotNull();
            assertThat(late.readSome(1)).isEqualTo("]");
        }
    }

    /** The one that asks is among them. */
    private static double adminConnections(RawClient asking) {
        try {
            return Scrape.over(asking).sum("portcullis_listener_connections", "listener=\"admin\"");
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }

    @Test
    void viewersAreBounded() throws Exception {
        List<RawClient> viewers = new ArrayList<>();
        try {
            for (int i = 0; i < MOST; i++) {
                RawClient viewer = viewer();
                viewers.add(viewer);
                until(viewer, "retry: ");
            }
            try (RawClient tooMany = viewer()) {
                RawResponse answer = tooMany.readResponse();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.value("Retry-After")).isEqualTo("10");
            }
            viewers.removeFirst().close();
            Await.until(this::isLetIn, "a place is free again");
        } finally {
            for (RawClient viewer : viewers) {
                viewer.close();
            }
        }
    }

    private boolean isLetIn() {
        try (RawClient viewer = viewer()) {
            return viewer.readHead().startLine().contains(" 200 ");
        } catch (IOException e) {
            throw new AssertionError("events: unreadable", e);
        }
    }

    @Test
    void eventsAreOnlyRead() throws Exception {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            RawResponse answer = client.send("POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                    .readResponse();
            assertThat(answer.status()).isEqualTo(405);
        }
    }

    private RawClient viewer() throws IOException {
        return RawClient.plain(proxy.adminPort()).send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    private static String until(RawClient viewer, String part) throws IOException {
        return until(viewer, Pattern.compile(Pattern.quote(part)));
    }

    /** Reads as far as {@code part}, for some seconds of samples at most, and gives all that was read. */
    private static String until(RawClient viewer, Pattern part) throws IOException {
        StringBuilder read = new StringBuilder();
        while (!part.matcher(read).find()) {
            assertThat(read.length()).as("%s in %s", part, read).isLessThan(10_000);
            read.append(viewer.readSome(1));
        }
        return read.toString();
    }
}
