package io.portcullis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The secret in {@code admin.token-file}, read anew each time, so that it can be changed at any time. Blocks. */
record AdminToken(Supplier<@Nullable Path> file) implements Supplier<@Nullable String> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminToken.class);
    private static final int SHORTEST = 16;
    private static final int LONGEST = 4096;

    @Override
    public @Nullable String get() {
        Path from = file.get();
        if (from == null) {
            return null;
        }
        try {
            String text = Files.size(from) > LONGEST
                    ? ""
                    : Files.readString(from, StandardCharsets.ISO_8859_1).strip();
            if (text.length() >= SHORTEST) {
                return text;
            }
            LOG.warn(
                    "admin.token-file: {} holds fewer than 16 characters or more than 4096, so that no token is good",
                    from);
        } catch (IOException e) {
            LOG.warn("admin.token-file: {} cannot be read, so that no token is good", from);
        }
        return null;
    }
}
