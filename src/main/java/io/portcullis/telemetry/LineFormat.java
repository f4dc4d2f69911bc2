package io.portcullis.telemetry;

/** How a line of the access log looks. One thread: each keeps the text of the last second. */
sealed interface LineFormat permits JsonLines, CombinedLines {
    /** Appends the whole line with its line feed; borrows both. */
    void append(AccessRecord record, LineBuffer line);
}
