package io.portcullis.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fingerprint of a ClientHello by the published method JA4 (TLS over TCP): the same for the same TLS library and settings, whatever
 * the order in which it shuffles suites and extensions.
 */
final class Ja4 {
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int MOST = 99;
    private static final int DIGITS = 12;
    private static final String NOTHING = "0".repeat(DIGITS);

    private Ja4() {}

    /** 36 characters, for example {@code t13d1516h2_8daaf6152771_e5627efa2ab1}. */
    static String of(ClientHello hello) {
        List<Integer> suites = withoutGrease(hello.suites());
        List<Integer> extensions = withoutGrease(hello.extensions());
        String first = "t" + version(hello) + (extensions.contains(SERVER_NAME) ? "d" : "i") + count(suites)
                + count(extensions) + protocol(hello.protocols());
        String told = joined(extensions.stream()
                .filter(each -> each != SERVER_NAME && each != ALPN)
                .sorted());
        String schemes = joined(withoutGrease(hello.signatureSchemes()).stream());
        return first + "_" + digest(joined(suites.stream().sorted())) + "_"
                + digest(schemes.isEmpty() ? told : told + "_" + schemes);
    }

    /** Values that mean nothing and are sent so that servers bear unknown ones (RFC 8701). */
    private static List<Integer> withoutGrease(List<Integer> numbers) {
        return numbers.stream().filter(each -> !isGrease(each)).toList();
    }

    static boolean isGrease(int number) {
        return (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff);
    }

    private static String version(ClientHello hello) {
        return switch (hello.highestVersion()) {
            case 0x0304 -> "13";
            case 0x0303 -> "12";
            case 0x0302 -> "11";
            case 0x0301 -> "10";
            case 0x0300 -> "s3";
            default -> "00";
        };
    }

    private static String count(List<Integer> numbers) {
        int shown = Math.min(MOST, numbers.size());
        return shown < 10 ? "0" + shown : Integer.toString(shown);
    }

    /** The first and last character of the first protocol; of its hexadecimal form where they are neither letter nor digit. */
    private static String protocol(List<String> protocols) {
        if (protocols.isEmpty()) {
            return "00";
        }
        String name = protocols.get(0);
        if (!isPlain(name.charAt(0)) || !isPlain(name.charAt(name.length() - 1))) {
            name = HexFormat.of().formatHex(name.getBytes(StandardCharsets.ISO_8859_1));
        }
        return "" + name.charAt(0) + name.charAt(name.length() - 1);
    }

    private static boolean isPlain(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static String joined(Stream<Integer> numbers) {
        return numbers.map(each -> HexFormat.of().toHexDigits(each.shortValue()))
                .collect(Collectors.joining(","));
    }

    private static String digest(String text) {
        if (text.isEmpty()) {
            return NOTHING;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("runtime: has no SHA-256", e);
        }
    }
}
