package io.portcullis.tls;

/**
 * Why a TLS handshake did not come about: a bounded set, fit for a metric's label, each with a sentence for the operator.
 */
public enum TlsFailure {
    PROTOCOL_VERSION(70, "the client speaks no TLS version that the policy allows"),
    FALLBACK(
            86,
            "the client came again with an older TLS version than it and we speak: something on its way breaks newer handshakes"),
    NO_SHARED_CIPHER(
            40, "client and policy share no cipher suite, group or signature algorithm that fits the certificate"),
    UNKNOWN_CA(
            0,
            "the client does not trust our CA: it does not know who issued our certificate, or an intermediate is missing in the chain"),
    CERTIFICATE_EXPIRED(0, "the client refused our certificate as expired: renew it, or the client's clock is wrong"),
    CERTIFICATE_REVOKED(0, "the client found our certificate revoked: get another one, with another key"),
    STAPLE_REFUSED(0, "the client refused the OCSP answer that came with our certificate"),
    BAD_CERTIFICATE(0, "the client refused our certificate: untrusted issuer, incomplete chain, wrong name or date"),
    UNRECOGNIZED_NAME(112, "the client asked for a name that no certificate covers, and none is the default"),
    NO_APPLICATION_PROTOCOL(120, "the client speaks none of our application protocols (ALPN)"),
    CLIENT_CERTIFICATE_MISSING(0, "the client showed no certificate, and the name it asked for requires one"),
    CLIENT_CERTIFICATE_REFUSED(
            0, "the client's certificate is not let in: its issuer, dates, purpose, names, or a revocation list"),
    PLAIN_HTTP(0, "the client spoke plain HTTP on a TLS port: use https:// there"),
    NOT_TLS(0, "the client sent something that is neither TLS nor HTTP: another protocol, or a scan"),
    MALFORMED(50, "the client sent TLS that cannot be read: a broken client, a broken middlebox, or a scan"),
    CLIENT_HELLO_TOO_LARGE(47, "the client's first message is larger than limits.client-hello allows"),
    TIMEOUT(
            0,
            "the client did not finish the handshake in time: a slow or lost network, or a connection held open on purpose"),
    CLIENT_CLOSED(0, "the client went away during the handshake: a health check, a scan, or a user who gave up"),
    CLIENT_ALERT(0, "the client ended the handshake with an alert of its own: see its log"),
    SIGNER_UNAVAILABLE(
            80, "the signer that holds our private key did not sign: it is down, slow, out of reach, or refuses us"),
    INTERNAL(80, "we failed, not the client: see the log at debug level and report it"),
    OTHER(80, "the handshake failed for a reason without a name here: see the log at debug level");

    private final int alert;
    private final String sentence;
    private final String reason;

    TlsFailure(int alert, String sentence) {
        this.alert = alert;
        this.sentence = sentence;
        this.reason = name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The label in meters and log: lower case with underscores. */
    public String reason() {
        return reason;
    }

    /** One sentence, without a full stop. */
    public String sentence() {
        return sentence;
    }

    /**
     * The fatal alert (RFC 8446 §6) that tells the client, as one plain record, for refusals before a TLS engine exists.
     *
     * @return empty where the client is told nothing: it is gone, does not speak TLS, or the engine has told it
     */
    public byte[] alertRecord() {
        return alert == 0 ? new byte[0] : new byte[] {21, 3, 3, 0, 2, 2, (byte) alert};
    }

    /** The name a {@code cause} of a failed handshake deserves; looks through wrappers. */
    public static TlsFailure of(Throwable cause) {
        return TlsFailureReader.read(cause);
    }
}
