package io.portcullis.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of text that an answer is made of, read when the configuration is.
 *
 * @param text at most 1 MiB of UTF-8
 */
record TextFile(Path path, String text) {
    private static final long LARGEST = 1024L * 1024;

    static TextFile read(Setting setting) throws Refusal {
        Path file = FileState.path(setting);
        String trouble = FileState.trouble(file);
        if (trouble != null) {
            throw new Refusal(trouble, FileState.remedy(file));
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new Refusal(
                        file + " has more than " + Units.showSize(LARGEST),
                        "serve it from a backend, or make it smaller");
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            return new TextFile(
                    file, StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            throw new Refusal(file + " is no text in UTF-8", "convert it, or serve it from a backend");
        } catch (IOException e) {
            throw new Refusal(file + " cannot be read: " + e.getMessage(), FileState.remedy(file));
        }
    }
}
