package io.portcullis.tls;

import org.jspecify.annotations.Nullable;

/**
 * One handshake that did not come about: why, and what both sides said.
 *
 * @param hello the client's first message; null where none could be read
 * @param received the number of the alert that the client sent, RFC 8446 §6; -1 where it sent none
 * @param sent the number of the alert that we sent in the clear; -1 where there was none, or it was sealed
 */
public record FailedHandshake(TlsFailure reason, @Nullable ClientHello hello, int received, int sent) {
    private static final int CLOSE_NOTIFY = 0;

    /**
     * What {@code cause} comes to.
     *
     * @param clearAlert the number of an alert that came in the clear, which the engine may not have been able to read; -1 for none
     */
    public static FailedHandshake of(Throwable cause, @Nullable ClientHello hello, int clearAlert, int sent) {
        int told = TlsFailureReader.alertIn(cause);
        int received = told > CLOSE_NOTIFY ? told : clearAlert;
        TlsFailure reason = received > CLOSE_NOTIFY ? TlsFailureReader.ofAlert(received) : TlsFailure.of(cause);
        return new FailedHandshake(reason, hello, received, sent);
    }

    /** One that was refused before an engine was made. */
    public static FailedHandshake refused(TlsFailure reason, @Nullable ClientHello hello) {
        byte[] record = reason.alertRecord();
        return new FailedHandshake(reason, hello, Alert.NONE, record.length == 0 ? Alert.NONE : record[6]);
    }

    public ClientFamily family() {
        return ClientFamily.of(hello);
    }

    /** The cause for the operator, without a full stop: what is known of this client goes before what the reason says of all. */
    public String sentence() {
        return switch (reason) {
            case PROTOCOL_VERSION ->
                received > CLOSE_NOTIFY ? "the client does not take the version we chose" : version();
            case NO_SHARED_CIPHER ->
                received > CLOSE_NOTIFY
                        ? "the client takes none of what we chose: suite, group or kind of certificate"
                        : reason.sentence();
            case CLIENT_ALERT ->
                "the client ended the handshake by the alert " + Alert.name(received) + ": see its log";
            case UNRECOGNIZED_NAME ->
                hello == null || hello.serverName() != null
                        ? reason.sentence()
                        : "the client names no host, there are several certificates, and none is the default";
            case NO_APPLICATION_PROTOCOL ->
                hello == null || received > CLOSE_NOTIFY
                        ? reason.sentence()
                        : "the client offers only " + shown(hello) + " (ALPN), and we speak none of it";
            default -> reason.sentence();
        };
    }

    private String version() {
        int highest = hello == null ? 0 : hello.highestVersion();
        return switch (highest) {
            case 0x0301, 0x0302, 0x0303 ->
                "the client speaks at most TLS 1." + (highest - 0x0301) + ", older than the policy allows";
            case 0x0300 -> "the client speaks at most SSL 3.0, older than the policy allows";
            default -> reason.sentence();
        };
    }

    /** Names of protocols are a client's bytes: at most three of them, and nothing in them that a log could stumble over. */
    private static String shown(ClientHello hello) {
        StringBuilder names = new StringBuilder();
        for (String each :
                hello.protocols().subList(0, Math.min(3, hello.protocols().size()))) {
            boolean plain = each.length() <= 32 && each.chars().allMatch(c -> c > ' ' && c < 0x7f);
            names.append(names.isEmpty() ? "" : ", ").append(plain ? each : "a name that cannot be shown");
        }
        return names.toString();
    }

    /** The whole of it in one line, without the client's address. */
    public String text() {
        StringBuilder text = new StringBuilder(sentence()).append(" (").append(reason.reason());
        if (received >= 0) {
            text.append("; alert received: ").append(Alert.name(received));
        }
        if (sent >= 0) {
            text.append("; alert sent: ").append(Alert.name(sent));
        }
        String name = hello == null ? null : hello.serverName();
        return text.append("; name asked for: ")
                .append(name == null ? "none" : name)
                .append("; client: ")
                .append(family().label())
                .append(", ")
                .append(family().sentence())
                .append(')')
                .toString();
    }
}
