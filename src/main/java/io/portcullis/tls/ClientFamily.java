package io.portcullis.tls;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What kind of client a ClientHello comes from: a closed set, fit for a metric's label.
 *
 * <p>A guess from what the message carries, never a proof: who wants to pass for another can. How old it is counts before who made it,
 * for an old version is what a handshake fails of.
 */
public enum ClientFamily {
    /** No ClientHello was read. */
    NONE("said nothing that could be read"),
    TLS_1_0("speaks at most TLS 1.0"),
    TLS_1_1("speaks at most TLS 1.1"),
    /** Chromium and Safari send values that mean nothing (RFC 8701); so does what gives itself out for them. */
    GREASE("a browser such as Chrome, Edge or Safari, or something like it"),
    /** The extension delegated_credentials (RFC 9345) is offered by Firefox alone. */
    FIREFOX("Firefox, or something like it"),
    /** The extension status_request_v2 (RFC 6961) has lived on in Java alone. */
    JAVA("a Java program"),
    /** encrypt_then_mac (RFC 7366) without record_size_limit (RFC 8449), which GnuTLS and NSS have beside it. */
    OPENSSL("a program with OpenSSL, such as curl or Python"),
    /** None of the above, and it names no host. */
    NAMELESS("names no host, as scans and simple health checks do"),
    OTHER("of no kind that is known here");

    private static final int TLS_1_0_ON_THE_WIRE = 0x0301;
    private static final int TLS_1_1_ON_THE_WIRE = 0x0302;
    private static final int STATUS_REQUEST_V2 = 17;
    private static final int ENCRYPT_THEN_MAC = 22;
    private static final int RECORD_SIZE_LIMIT = 28;
    private static final int DELEGATED_CREDENTIALS = 34;

    private final String sentence;
    private final String label;

    ClientFamily(String sentence) {
        this.sentence = sentence;
        this.label = name().toLowerCase(Locale.ROOT);
    }

    /** The family of whoever sent {@code hello}; null where none could be read. */
    public static ClientFamily of(@Nullable ClientHello hello) {
        if (hello == null) {
            return NONE;
        }
        int highest = hello.highestVersion();
        if (highest <= TLS_1_0_ON_THE_WIRE) {
            return TLS_1_0;
        }
        if (highest == TLS_1_1_ON_THE_WIRE) {
            return TLS_1_1;
        }
        return made(hello);
    }

    private static ClientFamily made(ClientHello hello) {
        List<Integer> extensions = hello.extensions();
        if (hello.suites().stream().anyMatch(Ja4::isGrease)
                || extensions.stream().anyMatch(Ja4::isGrease)) {
            return GREASE;
        }
        if (extensions.contains(DELEGATED_CREDENTIALS)) {
            return FIREFOX;
        }
        if (extensions.contains(STATUS_REQUEST_V2)) {
            return JAVA;
        }
        if (extensions.contains(ENCRYPT_THEN_MAC) && !extensions.contains(RECORD_SIZE_LIMIT)) {
            return OPENSSL;
        }
        return hello.serverName() == null ? NAMELESS : OTHER;
    }

    /** The label in meters and log: lower case with underscores. */
    public String label() {
        return label;
    }

    /** What is said of the client, without a full stop. */
    public String sentence() {
        return sentence;
    }
}
