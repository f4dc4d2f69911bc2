package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A folder with a configuration in it, and dummy files for it to name. */
final class ConfigFolder {
    /** A configuration without any problem; parts may be appended. */
    static final String GOOD =
            """
            listeners { http { bind = "127.0.0.1:8080" } }
            upstreams.app { endpoints = ["10.0.0.5:8080"] }
            routes = [ { upstream = app } ]
            """;

    /** GOOD is three lines. */
    static final int NEXT_LINE = 4;

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();

    ConfigFolder(Path folder) {
        this.folder = folder;
    }

    ConfigFolder file(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Files {@code name.pem} and {@code name.key}, the key for its owner alone. */
    ConfigFolder certificate(String name) {
        file(name + ".pem", "").file(name + ".key", "");
        return mode(name + ".key", "rw-------");
    }

    ConfigFolder mode(String name, String permissions) {
        try {
            Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString(permissions));
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    ConfigFolder environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Loading load(String text) {
        file("x.conf", text);
        return new ConfigLoader(environment).read(folder.resolve("x.conf"));
    }

    /** The configuration, which must have no errors. */
    PortcullisConfig config(String text) {
        Loading loading = load(text);
        assertThat(loading.problems()).filteredOn(Problem::isError).isEmpty();
        return Objects.requireNonNull(loading.config());
    }

    /** The problems, one line each: {@code x.conf:3: key: message; remedy}. */
    List<String> problems(String text) {
        return load(text).problems().stream()
                .map(p -> p.toString().replace(folder + "/", ""))
                .toList();
    }

    /** The problems of {@link #GOOD} with {@code more} below it, so that {@code more} begins on line 4. */
    List<String> problemsOf(String more) {
        return problems(GOOD + more);
    }
}
