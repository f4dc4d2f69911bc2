package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Document;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code conf/monitoring} asks of us is there to be asked. */
class MonitoringWireTest {
    private static final Path DASHBOARD = Path.of("conf/monitoring/portcullis-dashboard.json");
    private static final Path RULES = Path.of("conf/monitoring/portcullis-alerts.yml");
    private static final Pattern METER = Pattern.compile("portcullis_[a-z0-9_]+");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Origin deaf = Origin.start();

    @AfterEach
    void close() throws IOException {
        deaf.close();
    }

    @Test
    void everyMeterThatIsAskedForIsDocumented() throws Exception {
        String documented = Document.of("docs/meters.md").text();
        List<String> named = METER.matcher(Files.readString(DASHBOARD) + Files.readString(RULES))
                .results()
                .map(match -> match.group().replaceFirst("_(bucket|max)$", ""))
                .distinct()
                .toList();
        assertThat(named).hasSizeGreaterThan(20).allSatisfy(name -> assertThat(documented)
                .contains("`" + name + "`"));
    }

    @Test
    @NeedsProgram("promtool")
    void promtoolFindsNoMistakeInTheRules() {
        assertThat(Programs.run("promtool", "check", "rules", RULES.toString())
                        .ok()
                        .stdout())
                .contains("SUCCESS: 21 rules found");
    }

    @Test
    @NeedsProgram({"prometheus", "openssl"})
    void everyQueryOfTheDashboardHasAnAnswerOfARealScrape() throws Exception {
        start();
        int port = Ports.free();
        RunningProgram prometheus = Programs.start(
                "prometheus",
                "--config.file=" + configuration(),
                "--storage.tsdb.path=" + proxy.dir().resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port);
        try {
            List<String> unanswered = new ArrayList<>(queries());
            assertThat(unanswered).hasSizeGreaterThan(20);
            Await.until(
                    () -> {
                        traffic();
                        unanswered.removeIf(query -> answer(port, query).contains("\"value\":["));
                        return unanswered.isEmpty();
                    },
                    () -> "answers to " + unanswered,
                    LIMIT);
            assertThat(get(port, "/api/v1/rules"))
                    .contains("PortcullisCertificateExpires")
                    .doesNotContain("\"health\":\"err\"");
        } finally {
            prometheus.close();
        }
    }

    private void start() throws Exception {
        HttpsSite.of(proxy);
        proxy.origin().answer(Script.ok("backend"));
        deaf.answer(Script.deaf());
        proxy.word("down", "127.0.0.1:" + Ports.free())
                .word("deaf", deaf.address())
                .start(
                        """
                        listeners {
                          https { bind = "127.0.0.1:0", tls = site }
                          plain { bind = "127.0.0.1:0" }
                        }
                        tls.site { certificates = [ { chain = site.pem, key = site.key } ] }
                        upstreams.app { endpoints = ["{origin}", "{down}"] }
                        upstreams.down { endpoints = ["{down}"] }
                        upstreams.deaf { endpoints = ["{deaf}"], hedge { after = 10 ms }, first-byte-timeout = 200 ms }
                        routes = [
                          { upstream = app }
                          { path = "/down", upstream = down }
                          { path = "/deaf", upstream = deaf }
                        ]
                        tracing { endpoint = "http://{down}/v1/traces", sample = 1 }
                        access-log { format = json, to = "{dir}/access.log" }
                        reload.watch = off
                        """);
    }

    /** Two good requests, a bad one and one that nobody answers, a handshake that works and one that does not. */
    private void traffic() {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n").readResponse();
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n").readResponse();
            client.send("GET /down HTTP/1.1\r\nHost: example.com\r\n\r\n").readResponse();
            client.send("GET /deaf HTTP/1.1\r\nHost: example.com\r\n\r\n").readResponse();
            Programs.runWithInput(
                    "",
                    "openssl",
                    "s_client",
                    "-connect",
                    "127.0.0.1:" + proxy.port("https"),
                    "-servername",
                    "example.com");
            Programs.runWithInput(
                    "",
                    "openssl",
                    "s_client",
                    "-connect",
                    "127.0.0.1:" + proxy.port("https"),
                    "-servername",
                    "stranger.example");
        } catch (IOException e) {
            throw new AssertionError("traffic", e);
        }
    }

    private Path configuration() throws IOException {
        return Files.writeString(
                proxy.dir().resolve("prometheus.yml"),
                "global: { scrape_interval: 300ms, scrape_timeout: 300ms, evaluation_interval: 1s }\nrule_files: [ "
                        + RULES.toAbsolutePath()
                        + " ]\nscrape_configs: [ { job_name: portcullis, static_configs: [ { targets:"
                        + " [\"127.0.0.1:" + proxy.adminPort() + "\"] } ] } ]\n");
    }

    private static List<String> queries() {
        Config dashboard = ConfigFactory.parseFile(
                DASHBOARD.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
        List<String> queries = new ArrayList<>();
        for (Config panel : dashboard.getConfigList("panels")) {
            if (panel.hasPath("targets")) {
                panel.getConfigList("targets").forEach(target -> queries.add(target.getString("expr")));
            }
        }
        return queries;
    }

    /** What Grafana would put in the place of its variables. */
    private static String answer(int port, String query) {
        String written = query.replace("$instance", ".*").replace("$__rate_interval", "1m");
        try {
            return get(port, "/api/v1/query?query=" + URLEncoder.encode(written, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return "";
        }
    }

    private static String get(int port, String target) throws IOException {
        try (RawClient client = RawClient.plain(port)) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse()
                    .body();
        }
    }
}
