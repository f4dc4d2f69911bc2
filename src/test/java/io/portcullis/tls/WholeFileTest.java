package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WholeFileTest {
    private static final byte[] BYTES = "whole".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path dir;

    @Test
    void takesThePlaceOfWhatWasThere() throws Exception {
        Path file = dir.resolve("below/kept");
        WholeFile.write(file, new byte[100]);
        WholeFile.write(file, BYTES);
        assertThat(file).hasBinaryContent(BYTES);
        assertThat(dir.resolve("below").toFile().list()).containsExactly("kept");
    }

    @Test
    void whereItFailsNoDraftIsLeftBehind() throws Exception {
        Path file = dir.resolve("taken/by");
        Files.createDirectories(file.resolve("something"));
        assertThatThrownBy(() -> WholeFile.write(file, BYTES)).isInstanceOf(IOException.class);
        assertThat(dir.resolve("taken").toFile().list()).containsExactly("by");
    }
}
