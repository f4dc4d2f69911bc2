package io.portcullis.config;

/**
 * A place in a configuration file.
 *
 * @param file the file as the operator named it, or {@code "environment"} / {@code "reference.conf"}
 * @param line 1-based; 0 where no line is known
 */
public record SourceLine(String file, int line) {
    /** No place: for problems that concern no line. */
    public static final SourceLine NOWHERE = new SourceLine("", 0);

    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}
