package io.portcullis.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documents, read the way tests ask about it; tests run in the project's folder. */
public record Document(Path file, String text) {
    private static final Pattern FENCE = Pattern.compile("(?ms)^```([a-z]*)\n(.*?)^```$");
    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");

    /** The page at {@code file}, from the project's folder. */
    public static Document of(String file) {
        return of(Path.of(file));
    }

    private static Document of(Path file) {
        try {
            return new Document(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** README, CHANGELOG and everything under docs. */
    public static List<Document> all() {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md"), Path.of("CHANGELOG.md")), docs.sorted())
                    .filter(file -> file.toString().endsWith(".md"))
                    .map(Document::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The part below the heading {@code title}, up to the next one of its level. */
    public Document section(String title) {
        int start = text.indexOf("\n## " + title + "\n");
        assertThat(start).as("the section %s of %s", title, file).isNotNegative();
        int end = text.indexOf("\n## ", start + 1);
        return new Document(file, text.substring(start, end < 0 ? text.length() : end));
    }

    /** The contents of every block that is fenced as {@code language}. */
    public List<String> fences(String language) {
        List<String> found = new ArrayList<>();
        Matcher matcher = FENCE.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals(language)) {
                found.add(matcher.group(2));
            }
        }
        return found;
    }

    /** Everything between single backquotes, outside of fenced blocks. */
    public List<String> spans() {
        return SPAN.matcher(FENCE.matcher(text).replaceAll(""))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** The cells of the one table row whose first cell is {@code first}. */
    public List<String> row(String first) {
        List<String> rows = text.lines()
                .filter(line -> line.startsWith("| " + first + " |"))
                .toList();
        assertThat(rows).as("rows for %s in %s", first, file).hasSize(1);
        String row = rows.getFirst();
        return Stream.of(row.substring(1, row.lastIndexOf('|')).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
