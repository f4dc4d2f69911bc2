package io.portcullis.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why TLS toward an endpoint failed.
 *
 * @param sentence what happened, after the endpoint's name and a colon
 */
public record EndpointTlsFailure(Kind kind, String sentence) {
    /** Whose fault, roughly. */
    public enum Kind {
        /** Its certificate is not good. */
        CERTIFICATE,
        /** It sent an alert. */
        ALERT,
        /** It does not speak TLS, or none that we do. */
        PROTOCOL,
        /** The handshake took too long. */
        TIMEOUT
    }

    /** Null where {@code thrown} is not about TLS. */
    public static @Nullable EndpointTlsFailure of(@Nullable Throwable thrown) {
        if (thrown == null) {
            return null;
        }
        Throwable cause = TlsFailureReader.unwrapped(thrown);
        if (cause instanceof SslHandshakeTimeoutException) {
            return new EndpointTlsFailure(Kind.TIMEOUT, "no TLS handshake in time");
        }
        if (cause instanceof NotSslRecordException) {
            return new EndpointTlsFailure(Kind.PROTOCOL, "what it sends is not TLS: is it a plain port?");
        }
        if (!(cause instanceof SSLException)) {
            return null;
        }
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof CertificateException) {
                return new EndpointTlsFailure(Kind.CERTIFICATE, "its certificate is refused: " + each.getMessage());
            }
        }
        int alert = TlsFailureReader.alertIn(cause);
        return alert < 0
                ? new EndpointTlsFailure(Kind.PROTOCOL, "TLS failed: " + cause.getMessage())
                : new EndpointTlsFailure(Kind.ALERT, "it sent the TLS alert " + alert + ", " + meaning(alert));
    }

    /** RFC 8446 §6.2, and what to think of first. */
    private static String meaning(int alert) {
        return switch (alert) {
            case 40 -> "handshake_failure: no common suite or group, or it wants a certificate (chain, key)";
            case 42 -> "bad_certificate: it does not take our certificate, or wants one (chain, key)";
            case 43, 44, 45, 46 -> "it does not take our certificate: kind, revocation or dates";
            case 48 -> "unknown_ca: it does not know who issued our certificate";
            case 49 -> "access_denied: it does not let our certificate in";
            case 70 -> "protocol_version: it speaks no version that we do (min)";
            case 80 -> "internal_error: see its log";
            case 112 -> "unrecognized_name: it does not know the name we ask for (sni)";
            case 116 -> "certificate_required: it wants a certificate (chain, key)";
            case 120 -> "no_application_protocol: it does not speak what protocol says";
            default -> "see its log";
        };
    }
}
