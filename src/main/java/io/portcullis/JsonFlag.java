package io.portcullis;

import picocli.CommandLine.Option;

/** The {@code --json} option. */
final class JsonFlag {
    @Option(names = "--json", description = "Prints one JSON object instead of text.")
    private boolean on;

    boolean isOn() {
        return on;
    }
}
