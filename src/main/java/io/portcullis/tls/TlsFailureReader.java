package io.portcullis.tls;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslClosedEngineException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Reads exceptions of Netty and BoringSSL.
 *
 * <p>BoringSSL says {@code error:LLRRRRRR:SSL routines:OPENSSL_internal:NAME}; a reason from 1000 up is an alert the peer sent, its
 * number added. What each client does was tried with curl, openssl and the JDK: TlsFailureTest.
 */
final class TlsFailureReader {
    private static final Pattern NATIVE = Pattern.compile("error:[0-9a-f]{5}([0-9a-f]{3}):[^:]*:[^:]*:([A-Z0-9_]+)");
    private static final int ALERTS_FROM = 1000;

    private TlsFailureReader() {}

    static TlsFailure read(Throwable thrown) {
        Throwable cause = unwrapped(thrown);
        if (cause instanceof SSLException ssl) {
            return ofTls(ssl);
        }
        if (cause instanceof TooLongFrameException) {
            return TlsFailure.CLIENT_HELLO_TOO_LARGE;
        }
        if (cause instanceof ClosedChannelException || cause instanceof IOException) {
            return TlsFailure.CLIENT_CLOSED;
        }
        return cause instanceof DecoderException ? TlsFailure.OTHER : TlsFailure.INTERNAL;
    }

    /** The number of the alert (RFC 8446 §6) that the other side sent; -1 where {@code thrown} tells of none. */
    static int alertIn(Throwable thrown) {
        String message = unwrapped(thrown).getMessage();
        Matcher matcher = NATIVE.matcher(message == null ? "" : message);
        int reason = matcher.find() ? Integer.parseInt(matcher.group(1), 16) : 0;
        return reason >= ALERTS_FROM ? reason - ALERTS_FROM : -1;
    }

    static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof DecoderException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static TlsFailure ofTls(SSLException cause) {
        if (cause instanceof SslHandshakeTimeoutException) {
            return TlsFailure.TIMEOUT;
        }
        if (cause instanceof NotSslRecordException) {
            return TlsFailure.NOT_TLS;
        }
        if (cause instanceof SslClosedEngineException) {
            return TlsFailure.CLIENT_CLOSED;
        }
        if (isOfCertificate(cause)) {
            return TlsFailure.CLIENT_CERTIFICATE_REFUSED;
        }
        String message = cause.getMessage();
        Matcher matcher = NATIVE.matcher(message == null ? "" : message);
        if (!matcher.find()) {
            // Thrown by Netty's own callbacks, for example "Unable to find key material".
            return TlsFailure.INTERNAL;
        }
        int reason = Integer.parseInt(matcher.group(1), 16);
        return reason >= ALERTS_FROM ? ofAlert(reason - ALERTS_FROM) : ofReason(matcher.group(2));
    }

    /** Whether our own decision on the client's certificate is behind it: a server judges no other. */
    private static boolean isOfCertificate(Throwable thrown) {
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    /** An alert the client sent, RFC 8446 §6. */
    static TlsFailure ofAlert(int number) {
        return switch (number) {
            case 0, 90 -> TlsFailure.CLIENT_CLOSED;
            case 40, 71 -> TlsFailure.NO_SHARED_CIPHER;
            case 44 -> TlsFailure.CERTIFICATE_REVOKED;
            case 113 -> TlsFailure.STAPLE_REFUSED;
            case 42, 43, 46 -> TlsFailure.BAD_CERTIFICATE;
            case 45 -> TlsFailure.CERTIFICATE_EXPIRED;
            case 48 -> TlsFailure.UNKNOWN_CA;
            case 70 -> TlsFailure.PROTOCOL_VERSION;
            case 112 -> TlsFailure.UNRECOGNIZED_NAME;
            case 120 -> TlsFailure.NO_APPLICATION_PROTOCOL;
            default -> TlsFailure.CLIENT_ALERT;
        };
    }

    /** What BoringSSL itself found. */
    private static TlsFailure ofReason(String name) {
        return switch (name) {
            case "INAPPROPRIATE_FALLBACK" -> TlsFailure.FALLBACK;
            case "UNSUPPORTED_PROTOCOL", "WRONG_VERSION_NUMBER", "WRONG_SSL_VERSION" -> TlsFailure.PROTOCOL_VERSION;
            case "NO_SHARED_CIPHER",
                    "NO_SHARED_GROUP",
                    "NO_COMMON_SIGNATURE_ALGORITHMS",
                    "WRONG_CURVE",
                    "NO_CIPHERS_SPECIFIED" -> TlsFailure.NO_SHARED_CIPHER;
            case "PRIVATE_KEY_OPERATION_FAILED" -> TlsFailure.SIGNER_UNAVAILABLE;
            case "NO_APPLICATION_PROTOCOL" -> TlsFailure.NO_APPLICATION_PROTOCOL;
            case "PEER_DID_NOT_RETURN_A_CERTIFICATE" -> TlsFailure.CLIENT_CERTIFICATE_MISSING;
            case "CERTIFICATE_VERIFY_FAILED" -> TlsFailure.CLIENT_CERTIFICATE_REFUSED;
            case "HTTP_REQUEST", "HTTPS_PROXY_REQUEST" -> TlsFailure.PLAIN_HTTP;
            // In TLS 1.3 clients built on OpenSSL (curl too) refuse a certificate by an alert in the clear, which is
            // too short for a sealed record and so cannot be read.
            case "BAD_PACKET_LENGTH" -> TlsFailure.BAD_CERTIFICATE;
            // close_notify in the middle of the handshake.
            case "SSL_HANDSHAKE_FAILURE" -> TlsFailure.CLIENT_CLOSED;
            case "CLIENTHELLO_PARSE_FAILED",
                    "UNEXPECTED_MESSAGE",
                    "UNEXPECTED_RECORD",
                    "DECODE_ERROR",
                    "DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
                    "ERROR_PARSING_EXTENSION",
                    "PARSE_TLSEXT",
                    "BAD_DECRYPT",
                    "BAD_ALERT",
                    "ENCRYPTED_LENGTH_TOO_LONG",
                    "DATA_LENGTH_TOO_LONG",
                    "DUPLICATE_EXTENSION",
                    "DUPLICATE_KEY_SHARE",
                    "BAD_ECPOINT",
                    "DIGEST_CHECK_FAILED" -> TlsFailure.MALFORMED;
            default -> TlsFailure.OTHER;
        };
    }
}
