package io.portcullis.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Staples on disk, one file for each certificate, named by its SHA-256: {@code <digits>.ocsp}, the DER as it came.
 *
 * <p>Nothing in the folder is trusted: what is read is judged like an answer that has just come. Blocks.
 */
final class StapleFiles {
    private static final Logger LOG = LoggerFactory.getLogger(StapleFiles.class);

    private StapleFiles() {}

    /** What was kept of {@code fingerprint}; null where there is nothing of use. */
    static @Nullable Staple read(Path folder, String fingerprint, StapleQuestion question, Instant now) {
        Path file = file(folder, fingerprint);
        try (InputStream in = Files.newInputStream(file)) {
            return StapleCheck.of(in.readNBytes(Responders.MOST_BYTES), question, now);
        } catch (IOException e) {
            return null;
        } catch (StapleRefused e) {
            LOG.debug("the staple in {} is of no use: {} ({})", file, e.fault().sentence(), e.detail());
            return null;
        }
    }

    /** Keeps it for the next start; a failure costs no more than that. */
    static void write(Path folder, String fingerprint, Staple staple) {
        Path file = file(folder, fingerprint);
        try {
            WholeFile.write(file, staple.der());
        } catch (IOException e) {
            LOG.warn("the staple cannot be kept in {}: {}", file, e.toString());
        }
    }

    /** Forgets what the responder took back. */
    static void remove(Path folder, String fingerprint) {
        try {
            Files.deleteIfExists(file(folder, fingerprint));
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", file(folder, fingerprint), e.toString());
        }
    }

    private static Path file(Path folder, String fingerprint) {
        return folder.resolve(fingerprint + ".ocsp");
    }
}
