package io.portcullis.telemetry;

/** The HTTP version a client spoke: one word for log and meters. */
public enum Protocol {
    HTTP_1_0("HTTP/1.0"),
    HTTP_1_1("HTTP/1.1"),
    HTTP_2("HTTP/2");

    private final String tag;

    Protocol(String tag) {
        this.tag = tag;
    }

    /** For example {@code HTTP/1.1}. */
    public String tag() {
        return tag;
    }
}
