package io.portcullis.http;

/** The HTTP version a message came by. */
public enum Protocol {
    HTTP_1_0("HTTP/1.0", "1.0"),
    HTTP_1_1("HTTP/1.1", "1.1"),
    HTTP_2("HTTP/2", "2");

    private final String text;
    private final String version;

    Protocol(String text, String version) {
        this.text = text;
        this.version = version;
    }

    /** As logs write it: {@code HTTP/1.1}. */
    public String text() {
        return text;
    }

    /** As {@code Via} writes it: {@code 1.1}. */
    public String version() {
        return version;
    }
}
