package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.Portcullis;
import io.portcullis.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every configuration that ships starts as it stands, but for what belongs to the machine: any free port takes the place of each port
 * that is bound, a folder of the test that of folders under {@code /var}, {@code /run} and {@code /etc}, and certificates for the hosts
 * that the file names are made where it looks for them.
 */
class ExamplesWireTest {
    private static final Path SHIPPED = Path.of("conf");
    private static final Pattern BOUND = Pattern.compile("\"((?:\\*|[0-9.]+|\\[[0-9a-f:]*\\]|localhost)):[0-9]+\"");
    private static final Pattern BINDS =
            Pattern.compile("\\bbind\\s*=\\s*(\\[[^\\]]*(?:\\[[^\\]]*\\][^\\]]*)*\\]|\"[^\"]*\")");
    private static final Pattern ABSOLUTE = Pattern.compile("(?<=\")(unix:)?/(?:var|run|etc)/[^\"]*/(?=[^\"/]+\")");
    private static final Pattern CERTIFICATE =
            Pattern.compile("chain\\s*=\\s*\"([^\"]+)\"\\s*,?\\s*key\\s*=\\s*\"([^\"]+)\"");
    private static final Pattern KEY_ELSEWHERE = Pattern.compile("chain\\s*=\\s*\"([^\"]+)\"\\s*,?\\s*signer\\s*=");
    private static final Pattern AUTHORITY = Pattern.compile("\\bca\\s*=\\s*\"([^\"]+)\"");
    private static final Pattern HOST = Pattern.compile("(?<=\"|://)((?:\\*\\.)?[a-z0-9-]+(?:\\.[a-z0-9-]+)+)(?=\"|/)");

    @TempDir
    private @Nullable Path dir;

    static Stream<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.walk(SHIPPED, 2)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".conf"))
                    .sorted()
                    .toList();
            return found.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void itStarts(Path file) throws Exception {
        Path conf = Objects.requireNonNull(dir).resolve("conf");
        copyAll(conf);
        Path copy = conf.resolve(SHIPPED.relativize(file));
        String text = Files.readString(copy);
        makeCertificates(copy, text);
        try (Portcullis started = Portcullis.start(copy)) {
            assertThat(started.config().listeners()).isNotEmpty().allSatisfy(listener -> assertThat(
                            started.port(listener.name()))
                    .isGreaterThanOrEqualTo(0));
        }
    }

    private static void copyAll(Path to) throws IOException {
        try (Stream<Path> files = Files.walk(SHIPPED)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(SHIPPED.relativize(file));
                Path folder = Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                if (file.toString().endsWith(".conf")) {
                    Files.writeString(copy, adapted(Files.readString(file), folder));
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static String adapted(String text, Path folder) {
        String freePorts = BINDS.matcher(text)
                .replaceAll(bind ->
                        Matcher.quoteReplacement(BOUND.matcher(bind.group()).replaceAll("\"$1:0\"")));
        String ours = ABSOLUTE.matcher(freePorts)
                .replaceAll(
                        path -> Matcher.quoteReplacement((path.group(1) == null ? "" : path.group(1)) + folder + "/"));
        return Pattern.compile("(?m)^\\s*admin\\b").matcher(ours).find()
                ? ours
                : ours + "\nadmin { bind = \"127.0.0.1:0\" }\n";
    }

    private static void makeCertificates(Path conf, String text) throws IOException {
        Set<String> hosts = new LinkedHashSet<>();
        Matcher host = HOST.matcher(text);
        while (host.find()) {
            hosts.add(host.group(1));
        }
        hosts.removeIf(name -> name.matches("[0-9.]+|.*\\.(pem|key|conf|log|sock)"));
        Matcher certificate = CERTIFICATE.matcher(text);
        Path folder = Files.createDirectories(conf.resolveSibling("made"));
        TestCertificates authority = TestCertificates.in(folder);
        Matcher elsewhere = KEY_ELSEWHERE.matcher(text);
        while (elsewhere.find()) {
            authority.leaf("example.com").write("leaf");
            move(
                    folder.resolve("leaf.pem"),
                    conf.resolveSibling(elsewhere.group(1)).normalize());
        }
        Matcher believed = AUTHORITY.matcher(text);
        while (believed.find()) {
            Path file = conf.resolveSibling(believed.group(1)).normalize();
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.copy(authority.rootFile(), file);
        }
        while (certificate.find()) {
            Path chain = conf.resolveSibling(certificate.group(1)).normalize();
            Path key = conf.resolveSibling(certificate.group(2)).normalize();
            String stem = chain.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
            String[] named = hosts.stream().filter(name -> name.contains(stem)).toArray(String[]::new);
            String[] names = named.length > 0 ? named : new String[] {stem + ".example"};
            authority.leaf(names).write("leaf");
            move(folder.resolve("leaf.pem"), chain);
            move(folder.resolve("leaf.key"), key);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        Files.move(from, to);
    }
}
