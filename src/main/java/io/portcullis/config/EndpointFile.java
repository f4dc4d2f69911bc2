package io.portcullis.config;

import com.typesafe.config.ConfigValueFactory;
import io.portcullis.config.UpstreamConfig.EndpointAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that lists endpoints, one a line: {@code 10.0.0.5:8080 weight=3 backup}. What follows a {@code #} is a comment. It is part of
 * the configuration: read with it, and refused with it.
 */
final class EndpointFile {
    private static final String KEY = "endpoints-file";
    private static final long MOST_BYTES = 1024 * 1024;
    private static final int MOST_PROBLEMS = 10;
    private static final Pattern WEIGHT = Pattern.compile("weight=(\\d{1,3})");
    private static final Pattern BACKUP = Pattern.compile("backup(=[1-9])?");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final Node node;
    private final Path file;
    private int problems;

    private EndpointFile(Node node, Path file) {
        this.node = node;
        this.file = file;
    }

    /** Its endpoints; what is wrong is noted at {@code node}. */
    static List<EndpointConfig> read(Node node, Path file) {
        return new EndpointFile(node, file).read();
    }

    private List<EndpointConfig> read() {
        List<EndpointConfig> endpoints = new ArrayList<>();
        List<String> lines = lines();
        for (int i = 0; lines != null && i < lines.size() && problems < MOST_PROBLEMS; i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            if (!line.isEmpty()) {
                endpoint(line, i + 1, endpoints);
            }
        }
        if (lines != null && endpoints.isEmpty() && problems == 0) {
            node.error(KEY, file + " names no backend", "write one a line: 10.0.0.5:8080");
        }
        return endpoints;
    }

    private @Nullable List<String> lines() {
        String trouble = FileState.trouble(file);
        try {
            if (trouble == null && Files.size(file) > MOST_BYTES) {
                node.error(KEY, file + " is larger than 1 MiB", "name a list of backends");
                return null;
            }
            if (trouble == null) {
                return Files.readString(file, StandardCharsets.UTF_8).lines().toList();
            }
        } catch (IOException e) {
            trouble = file + " cannot be read as UTF-8 text: " + e.getMessage();
        }
        node.error(KEY, trouble, FileState.remedy(file));
        return null;
    }

    private void endpoint(String line, int number, List<EndpointConfig> endpoints) {
        String[] words = SPACE.split(line, -1);
        Path folder = file.toAbsolutePath().getParent();
        Setting setting = new Setting(
                ConfigValueFactory.fromAnyRef(words[0]),
                KEY,
                new SourceLine(file.toString(), number),
                folder == null ? Path.of("/") : folder);
        try {
            EndpointAddress address = Addresses.endpoint(setting);
            int weight = 1;
            int backup = 0;
            for (int i = 1; i < words.length; i++) {
                Matcher written = WEIGHT.matcher(words[i]);
                if (written.matches()) {
                    weight = weight(written.group(1));
                } else if (BACKUP.matcher(words[i]).matches()) {
                    backup = words[i].equals("backup") ? 1 : words[i].charAt(words[i].length() - 1) - '0';
                } else {
                    throw new Refusal("\"" + words[i] + "\" is neither weight=N nor backup, nor backup=1 to 9", "");
                }
            }
            endpoints.add(new EndpointConfig(address, weight, backup));
        } catch (Refusal refusal) {
            problems++;
            node.error(
                    KEY,
                    file + ":" + number + ": " + refusal.sentence(),
                    refusal.remedy().isEmpty() ? "write 10.0.0.5:8080 weight=3 backup" : refusal.remedy());
        }
    }

    private static int weight(String digits) throws Refusal {
        int weight = Integer.parseInt(digits);
        if (weight < 1 || weight > 256) {
            throw new Refusal("a weight is 1 to 256, found " + digits, "");
        }
        return weight;
    }
}
