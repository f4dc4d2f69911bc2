package io.portcullis;

import io.portcullis.config.Problem;
import io.portcullis.config.StickyConfig;
import io.portcullis.config.UpstreamConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What sticky cookies are made with: a file's secret, or one of this process. Reads files: blocks. */
final class StickySecrets {
    private static final int SHORTEST = 32;
    private static final int LONGEST = 64 * 1024;

    private final byte[] own = new byte[SHORTEST];

    StickySecrets() {
        new SecureRandom().nextBytes(own);
    }

    /** By upstream; null after an error. */
    @Nullable
    Map<String, byte[]> read(Iterable<UpstreamConfig> upstreams, Consumer<Problem> problems) {
        Map<String, byte[]> secrets = new HashMap<>();
        boolean bad = false;
        for (UpstreamConfig upstream : upstreams) {
            StickyConfig sticky = upstream.sticky();
            Path file = sticky == null ? null : sticky.secretFile();
            byte[] secret = file == null ? own : secret(file);
            bad |= secret == null;
            if (secret == null) {
                problems.accept(Problem.error(
                        upstream.where(),
                        "upstreams." + upstream.name() + ".sticky.secret-file",
                        file + " cannot be read, or holds fewer than 32 characters or more than 64 KiB",
                        "write a random secret into it, for example with: openssl rand -base64 48"));
            } else {
                secrets.put(upstream.name(), secret);
            }
        }
        return bad ? null : secrets;
    }

    private static byte @Nullable [] secret(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                return null;
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            return text.length() < SHORTEST ? null : text.getBytes(StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }
}
