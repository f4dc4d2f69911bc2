package io.portcullis.sign;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Knows what a TLS server has signed in a handshake. A signer signs nothing else: whoever takes over a proxy can pass for its sites as long
 * as he is there, but has no certificate request, token or document signed.
 */
final class HandshakeInput {
    private static final int PAD = 64;
    private static final byte[] LABEL = "TLS 1.3, server CertificateVerify\0".getBytes(StandardCharsets.US_ASCII);
    private static final int RANDOMS = 64;
    private static final int NAMED_CURVE = 3;

    private HandshakeInput() {}

    static boolean isOne(byte[] input) {
        return isCertificateVerify(input) || isServerKeyExchange(input);
    }

    /** RFC 8446 §4.4.3: 64 spaces, a label, and a hash of 32 or 48 bytes. */
    private static boolean isCertificateVerify(byte[] input) {
        int head = PAD + LABEL.length;
        if (input.length != head + 32 && input.length != head + 48) {
            return false;
        }
        for (int i = 0; i < PAD; i++) {
            if (input[i] != ' ') {
                return false;
            }
        }
        return Arrays.equals(input, PAD, head, LABEL, 0, LABEL.length);
    }

    /** RFC 8422 §5.4: the randoms of both sides, then a named curve that there is, and a point of just its size. */
    private static boolean isServerKeyExchange(byte[] input) {
        int point = RANDOMS + 4;
        if (input.length <= point
                || input[RANDOMS] != NAMED_CURVE
                || input[RANDOMS + 1] != 0
                || (input[point - 1] & 0xff) != input.length - point) {
            return false;
        }
        int size = input.length - point;
        boolean uncompressed = input[point] == 4;
        return switch (input[RANDOMS + 2]) {
            case 23 -> uncompressed && size == 65;
            case 24 -> uncompressed && size == 97;
            case 25 -> uncompressed && size == 133;
            case 29 -> size == 32;
            default -> false;
        };
    }
}
