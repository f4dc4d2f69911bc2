package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the {@link TicketKeys} that a block asks for; reads the secret that nodes share. Blocks. */
final class TicketFile {
    private static final int SHORTEST = 32;
    private static final int LONGEST_FILE = 1 << 16;

    private final Clock clock;

    TicketFile(Clock clock) {
        this.clock = clock;
    }

    /**
     * The keys of {@code block}: {@code before} where nothing about them changed, so that sessions go on.
     *
     * @return null after an error
     */
    @Nullable
    TicketKeys keys(TlsConfig block, @Nullable TicketKeys before, Consumer<Problem> problems) {
        TlsConfig.Tickets settings = block.tickets();
        Path file = settings.secretFile();
        List<byte[]> secrets = file == null ? List.of() : secrets(file, block, problems);
        if (secrets == null) {
            return null;
        }
        TicketKeys wanted = TicketKeys.shared(settings, secrets, clock);
        return before != null && before.isLike(wanted) ? before : wanted;
    }

    private static @Nullable List<byte[]> secrets(Path file, TlsConfig block, Consumer<Problem> problems) {
        List<byte[]> secrets = new ArrayList<>();
        String trouble = null;
        try {
            if (Files.size(file) > LONGEST_FILE) {
                trouble = file + " is larger than 64 KiB";
            } else {
                for (String line : Files.readString(file, StandardCharsets.ISO_8859_1)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList()) {
                    secrets.add(line.getBytes(StandardCharsets.ISO_8859_1));
                    if (line.length() < SHORTEST) {
                        trouble = "line " + secrets.size() + " of " + file + " has fewer than 32 characters";
                    }
                }
                trouble = secrets.isEmpty() ? file + " holds no secret" : trouble;
            }
        } catch (IOException e) {
            trouble = file + " cannot be read";
        }
        if (trouble == null) {
            return secrets;
        }
        problems.accept(Problem.error(
                block.where(),
                "tls." + block.name() + ".tickets.secret-file",
                trouble,
                "write a random secret into it, for example with: openssl rand -base64 48"));
        return null;
    }
}
