package io.portcullis.testkit;

import io.portcullis.Portcullis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The product on free ports, with a configuration written in the test. In a static field one product serves the class, in an
 * instance field each test has its own. After each test nothing may be in flight, and after the class nothing may have leaked.
 *
 * <p>In the configuration {@code {origin}} is the address of {@link #origin()}, {@code {dir}} the folder of this product, and
 * {@code {cert}}, {@code {key}} and the like are what {@link #word} made them. Where the text has no {@code admin} block, one on
 * a free port is added.
 */
public final class ProxyExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(ProxyExtension.class);
    private static final Pattern WORD = Pattern.compile("(?<![$%])\\{([a-z][a-z0-9-]*)}");
    private static final Pattern ADMIN = Pattern.compile("(?m)^\\s*admin\\b");
    private static final String ADDED = "\nadmin { bind = \"127.0.0.1:0\" }\n";

    private final Starter starter;
    private final Map<String, String> words = new HashMap<>();
    private @Nullable String atOnce;
    private boolean ofClass;
    private @Nullable Path dir;
    private @Nullable Origin origin;
    private Starter.@Nullable Running running;

    /** Starts the real thing. */
    public ProxyExtension() {
        this(file -> {
            Portcullis started = Portcullis.start(file);
            return new Starter.Running(
                    started::port, started::adminPort, started::reload, started::drain, started::close);
        });
    }

    public ProxyExtension(Starter starter) {
        this.starter = starter;
    }

    /** Starts by itself with {@code text}, before the class or before each test. */
    public ProxyExtension config(String text) {
        atOnce = text;
        return this;
    }

    /** Makes {@code {name}} stand for {@code value} in configurations. */
    public ProxyExtension word(String name, Object value) {
        words.put(name, value.toString());
        return this;
    }

    /** This product's own folder, deleted with it; its path is short enough for a Unix socket. */
    public Path dir() throws IOException {
        Path known = dir;
        if (known == null) {
            known = Files.createTempDirectory("portcullis-");
            dir = known;
        }
        return known;
    }

    /** The backend behind {@code {origin}}, closed with the product. */
    public Origin origin() {
        Origin known = origin;
        if (known == null) {
            known = Origin.start();
            origin = known;
        }
        return known;
    }

    /** Starts the product with {@code text}; throws what the product throws when it refuses it. */
    public ProxyExtension start(String text) throws Exception {
        if (running != null) {
            throw new IllegalStateException("product: already running (expected: one start for each test or class)");
        }
        running = starter.start(write(text));
        return this;
    }

    /** Writes a configuration in place of the one it started with, as one step, and returns its path. */
    public Path write(String text) throws IOException {
        String whole = ADMIN.matcher(text).find() ? text : text + ADDED;
        Path file = dir().resolve("portcullis.conf");
        Path draft = Files.writeString(dir().resolve("portcullis.conf.draft"), withWords(whole));
        return Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private String withWords(String text) throws IOException {
        Matcher matcher = WORD.matcher(text);
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(out, Matcher.quoteReplacement(meaning(matcher.group(1))));
        }
        return matcher.appendTail(out).toString();
    }

    private String meaning(String word) throws IOException {
        String value = words.get(word);
        if (value != null) {
            return value;
        }
        return switch (word) {
            case "origin" -> origin().address();
            case "dir" -> dir().toString();
            default ->
                throw new IllegalArgumentException(
                        "{" + word + "}: unknown word (expected: {origin}, {dir}, " + words.keySet() + ")");
        };
    }

    /** The bound port of the named listener's first address. */
    public int port(String listener) {
        return product().port().applyAsInt(listener);
    }

    public int adminPort() {
        return product().adminPort().getAsInt();
    }

    /** What the meters say now. */
    public Scrape scrape() throws IOException {
        return Scrape.of(adminPort());
    }

    /** Writes {@code text} and has it read. */
    public void reload(String text) throws Exception {
        write(text);
        reload();
    }

    public void reload() throws Exception {
        product().reload().run();
    }

    public void drain() throws Exception {
        product().drain().run();
    }

    private Starter.Running product() {
        Starter.Running known = running;
        if (known == null) {
            throw new IllegalStateException("product: not running (expected: start(text) before)");
        }
        return known;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        ofClass = true;
        startAtOnce();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        context.getParent()
                .orElseThrow()
                .getStore(SPACE)
                .getOrComputeIfAbsent(LeakCheck.class, key -> new LeakCheck(context.getRequiredTestClass()));
        if (!ofClass) {
            startAtOnce();
        }
    }

    private void startAtOnce() throws Exception {
        String text = atOnce;
        if (text != null) {
            start(text);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        try {
            checkNothingInFlight(Await.LIMIT);
        } finally {
            if (!ofClass) {
                stop();
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        stop();
    }

    /** Waits for every in-flight gauge to reach 0; a product that has none of them fails. */
    void checkNothingInFlight(Duration limit) throws IOException {
        if (running == null) {
            return;
        }
        if (scrape().inFlight().isEmpty()) {
            throw new AssertionError("GET /metrics has no in-flight gauge (expected: at least one)");
        }
        Await.until(() -> busy().isEmpty(), () -> "nothing in flight, but " + busy(), limit);
    }

    private List<Scrape.Sample> busy() {
        try {
            return scrape().inFlight().stream()
                    .filter(sample -> sample.value() != 0)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("in-flight gauges: unreadable", e);
        }
    }

    /** Ends the product, then the origin, then removes the folder. */
    void stop() throws Exception {
        Starter.Running product = running;
        Origin backend = origin;
        Path folder = dir;
        running = null;
        origin = null;
        dir = null;
        try {
            if (product != null) {
                product.close().run();
            }
        } finally {
            closeAndDelete(backend, folder);
        }
    }

    private static void closeAndDelete(@Nullable Origin backend, @Nullable Path folder) throws IOException {
        try {
            if (backend != null) {
                backend.close();
            }
        } finally {
            if (folder != null) {
                delete(folder);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Closed with the class, after its last product is. */
    private record LeakCheck(Class<?> of) implements AutoCloseable {
        @Override
        public void close() {
            LeakRecorder.installed().check(of.getSimpleName());
        }
    }
}
