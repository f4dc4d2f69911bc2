package io.portcullis.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code certificates-dir} holds: pairs by the names of their files, one folder deep. Looks, but opens nothing.
 *
 * <p>{@code NAME.pem} or {@code NAME.crt} with {@code NAME.key}, or alone with the key inside; a folder with {@code fullchain.pem} and
 * {@code privkey.pem} (as certbot keeps them) or {@code tls.crt} and {@code tls.key} (as Kubernetes mounts them). Names that begin with
 * a dot, {@code ca.pem} and everything else are passed over.
 *
 * @param certificates in the order of their files' names
 * @param folders the folder and those in it
 * @param troubles sentences; empty where all is well
 */
record CertificateFolder(List<TlsConfig.Certificate> certificates, Set<Path> folders, List<String> troubles) {

    static CertificateFolder look(Path folder, SourceLine where) {
        CertificateFolder found = new CertificateFolder(new ArrayList<>(), new LinkedHashSet<>(), new ArrayList<>());
        found.folders.add(folder);
        for (Path entry : found.entries(folder)) {
            if (Files.isDirectory(entry)) {
                found.folders.add(entry);
                found.pair(entry, "fullchain.pem", "privkey.pem", where);
                found.pair(entry, "tls.crt", "tls.key", where);
            } else {
                found.file(entry, where);
            }
        }
        return found;
    }

    private void pair(Path folder, String chain, String key, SourceLine where) {
        Path file = folder.resolve(chain);
        if (Files.exists(file)) {
            add(file, folder.resolve(key), where);
        }
    }

    private void file(Path file, SourceLine where) {
        String name = String.valueOf(file.getFileName());
        String base = base(name);
        if (base == null || name.equals("ca.pem") || name.equals("ca.crt")) {
            return;
        }
        Path key = file.resolveSibling(base + ".key");
        add(file, Files.exists(key) ? key : file, where);
    }

    private void add(Path chain, Path key, SourceLine where) {
        for (Path file : List.of(chain, key)) {
            String trouble = FileState.trouble(file);
            if (trouble != null) {
                troubles.add(trouble);
                return;
            }
        }
        certificates.add(new TlsConfig.Certificate(chain, key, List.of(), false, true, where));
    }

    private static @Nullable String base(String name) {
        boolean chain = name.endsWith(".pem") || name.endsWith(".crt");
        return chain ? name.substring(0, name.length() - 4) : null;
    }

    private List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !String.valueOf(entry.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            troubles.add(Files.isDirectory(folder) ? "no permission to read " + folder : "no such folder: " + folder);
            return List.of();
        }
    }
}
