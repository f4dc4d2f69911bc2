package io.portcullis.tls;

import io.portcullis.config.TlsConfig.ClientCertificates.Headers;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What backends are told of a client's certificate by names of the operator's choice, in the forms that nginx gives them. */
final class ClientFacts {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final String UNRESERVED = "-._~";

    private ClientFacts() {}

    /** Of a certificate that was found good, values by names. */
    static Map<String, String> of(Headers names, X509Certificate shown) throws CertificateEncodingException {
        Map<String, String> told = new LinkedHashMap<>();
        put(told, names.verified(), "SUCCESS");
        if (names.subject() != null) {
            put(told, names.subject(), plain(shown.getSubjectX500Principal().getName()));
        }
        if (names.issuer() != null) {
            put(told, names.issuer(), plain(shown.getIssuerX500Principal().getName()));
        }
        if (names.serial() != null) {
            put(told, names.serial(), HexFormat.of().withUpperCase().formatHex(serial(shown)));
        }
        if (names.fingerprint() != null) {
            put(told, names.fingerprint(), FileCertificates.fingerprint(shown));
        }
        if (names.pem() != null) {
            put(told, names.pem(), escaped(pem(shown)));
        }
        return told;
    }

    /** Where none was shown, and none had to be. */
    static Map<String, String> nobody(Headers names) {
        return names.verified() == null ? Map.of() : Map.of(names.verified(), "NONE");
    }

    private static void put(Map<String, String> told, @Nullable String name, String value) {
        if (name != null) {
            told.put(name, value);
        }
    }

    private static byte[] serial(X509Certificate shown) {
        byte[] bytes = shown.getSerialNumber().toByteArray();
        boolean padded = bytes.length > 1 && bytes[0] == 0;
        return padded ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    /**
     * A name as a field can carry it: what is not printable ASCII as the bytes of its UTF-8 in hex, each behind a backslash (RFC 4514
     * §2.4). Authorities let names with line breaks through.
     */
    private static String plain(String name) {
        StringBuilder plain = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b < 0x7f) {
                plain.append((char) b);
            } else {
                plain.append('\\').append(HexFormat.of().toHexDigits(b));
            }
        }
        return plain.toString();
    }

    private static String pem(X509Certificate shown) throws CertificateEncodingException {
        return "-----BEGIN CERTIFICATE-----\n" + LINES.encodeToString(shown.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** RFC 3986 §2.1. */
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 256);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            if (plain || UNRESERVED.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().toHexDigits((byte) c).toUpperCase(Locale.ROOT));
            }
        }
        return out.toString();
    }
}
