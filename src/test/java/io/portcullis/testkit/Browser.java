package io.portcullis.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Chromium without a window, driven by its own protocol (Chrome DevTools Protocol): what a page says can be asked for whatever its
 * Content-Security-Policy forbids, and what the console complained of is remembered.
 */
public final class Browser implements AutoCloseable {
    /** How long a page may take. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunningProgram program;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<Config>> asked = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();

    private Browser(Path profile) throws IOException, InterruptedException {
        program = Programs.start(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--user-data-dir=" + profile,
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--remote-debugging-port=0",
                "about:blank");
        Path port = profile.resolve("DevToolsActivePort");
        Await.until(() -> hasLine(port), () -> "no " + port, LIMIT);
        socket = http.newWebSocketBuilder()
                .buildAsync(page("http://127.0.0.1:" + Files.readAllLines(port).getFirst() + "/json"), new Ears())
                .join();
        command("Page.enable", "{}");
        command("Runtime.enable", "{}");
        command("Log.enable", "{}");
    }

    /** Starts it; {@code profile} is a folder of its own. */
    public static Browser start(Path profile) throws IOException, InterruptedException {
        return new Browser(profile);
    }

    private static boolean hasLine(Path file) {
        try {
            return Files.exists(file) && Files.readString(file).contains("\n");
        } catch (IOException e) {
            return false;
        }
    }

    /** The address at which the first page takes commands. */
    private URI page(String list) throws IOException, InterruptedException {
        String json = http.send(HttpRequest.newBuilder(URI.create(list)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return ConfigFactory.parseString("{\"all\":" + json + "}").getConfigList("all").stream()
                .filter(each -> each.getString("type").equals("page"))
                .map(each -> URI.create(each.getString("webSocketDebuggerUrl")))
                .findFirst()
                .orElseThrow();
    }

    /** Goes to an address. */
    public void go(String url) {
        command("Page.navigate", "{\"url\":" + ConfigUtil.quoteString(url) + "}");
    }

    /** Opens an address in a further tab, which stands in front of this one then. */
    public void openBeside(String url) {
        command("Target.createTarget", "{\"url\":" + ConfigUtil.quoteString(url) + "}");
    }

    /** What the tabs are called by their pages. */
    public List<String> titles() {
        return command("Target.getTargets", "{}").getConfigList("targetInfos").stream()
                .filter(each -> each.getString("type").equals("page"))
                .map(each -> each.getString("title"))
                .toList();
    }

    /** This tab stands in front again. */
    public void toFront() {
        command("Page.bringToFront", "{}");
    }

    /** The size of the screen, in CSS pixels, and whether its owner likes it dark. */
    public void screen(int width, int height, boolean dark) {
        command(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":" + (width < 600)
                        + "}");
        command(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light") + "\"}]}");
    }

    /** What an expression gives, as text; a promise is waited for. */
    public String ask(String expression) {
        Config result = command(
                "Runtime.evaluate",
                "{\"awaitPromise\":true,\"returnByValue\":true,\"expression\":" + ConfigUtil.quoteString(expression)
                        + "}");
        if (result.hasPath("exceptionDetails")) {
            throw new AssertionError(expression.substring(0, Math.min(200, expression.length())) + "\n" + result);
        }
        return result.hasPath("result.value")
                ? result.getValue("result.value").unwrapped().toString()
                : "";
    }

    /** Waits until an expression is true. */
    public void until(String expression) {
        Await.until(
                () -> ask("Boolean(" + expression + ")").equals("true"),
                () -> expression + "\nis not true of:\n" + ask("document.body.innerText") + "\n" + complaints,
                LIMIT);
    }

    /** What the console showed as an error or a warning, exceptions and refusals of the page's policy among them. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    private Config command(String method, String parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<Config> answer = new CompletableFuture<>();
        asked.put(id, answer);
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true)
                .join();
        Config told = answer.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        if (!told.hasPath("result")) {
            throw new AssertionError(method + ": " + told);
        }
        return told.getConfig("result");
    }

    private void heard(Config message) {
        CompletableFuture<Config> waiting = message.hasPath("id") ? asked.remove(message.getInt("id")) : null;
        if (waiting != null) {
            waiting.complete(message);
        } else if (message.hasPath("params.exceptionDetails")) {
            complaints.add(message.getConfig("params.exceptionDetails").toString());
        } else if (message.hasPath("params.entry")) {
            String level = message.getString("params.entry.level");
            if (level.equals("error") || level.equals("warning")) {
                complaints.add(message.getString("params.entry.text"));
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
        program.terminate();
        program.end(LIMIT);
    }

    /** Puts the pieces of a message together. */
    private final class Ears implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
            text.append(piece);
            if (last) {
                heard(ConfigFactory.parseString(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
