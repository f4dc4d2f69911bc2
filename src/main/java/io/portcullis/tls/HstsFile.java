package io.portcullis.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ramp's state on disk: {@code NAME.hsts}, lines of words. {@code step WORD}, {@code since TIME}, {@code good DAYS TIME}, and for each
 * subdomain that was asked for {@code seen NAME ASKED ANSWERED}. Blocks.
 */
final class HstsFile {
    private static final Logger LOG = LoggerFactory.getLogger(HstsFile.class);
    private static final int MOST_BYTES = 1 << 20;

    /** What was kept. */
    record Kept(HstsState state, Map<String, SubdomainsSeen.Sighting> seen) {}

    private final Path file;

    HstsFile(Path folder, String block) {
        this.file = folder.resolve(block + ".hsts");
    }

    Path path() {
        return file;
    }

    /** Null where there is none, or none that can be read: then it is said, and the ramp begins anew. */
    @Nullable
    Kept read() {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("larger than 1 MiB");
            }
            return parsed(Files.readAllLines(file, StandardCharsets.US_ASCII));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
            LOG.warn("{} cannot be read, the ramp begins anew: {}", file, e.toString());
            return null;
        }
    }

    private static Kept parsed(List<String> lines) {
        HstsStep step = null;
        Instant since = null;
        int days = 0;
        Instant lastGood = Instant.EPOCH;
        Map<String, SubdomainsSeen.Sighting> seen = new TreeMap<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "step" -> step = HstsStep.valueOf(words[1]);
                case "since" -> since = Instant.parse(words[1]);
                case "good" -> {
                    days = Integer.parseInt(words[1]);
                    lastGood = Instant.parse(words[2]);
                }
                case "seen" ->
                    seen.put(words[1], new SubdomainsSeen.Sighting(Instant.parse(words[2]), Instant.parse(words[3])));
                default -> throw new IllegalArgumentException("line: " + words[0]);
            }
        }
        if (step == null || since == null || days < 0) {
            throw new IllegalArgumentException("step, since or good: missing");
        }
        return new Kept(new HstsState(step, since, days, lastGood), seen);
    }

    /** Keeps it for the next start; a failure costs no more than that, and is said. */
    void write(Kept kept) {
        HstsState state = kept.state();
        StringBuilder text = new StringBuilder();
        text.append("step ").append(state.step()).append("\nsince ").append(state.since());
        text.append("\ngood ")
                .append(state.goodDays())
                .append(' ')
                .append(state.lastGood())
                .append('\n');
        kept.seen().forEach((name, each) -> text.append("seen ")
                .append(name)
                .append(' ')
                .append(each.asked())
                .append(' ')
                .append(each.answered())
                .append('\n'));
        try {
            WholeFile.write(file, text.toString().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn(
                    "the ramp's step cannot be kept in {}, it would begin anew with the next start: {}",
                    file,
                    e.toString());
        }
    }
}
