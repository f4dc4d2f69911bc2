package io.portcullis.http;

import static io.portcullis.http.Transcript.claim;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Any {@code Host} value: what is accepted is a host and a port, canonical, and an address only where the JDK reads the same one. */
public final class AuthorityFuzz {
    private AuthorityFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        Authority authority = Authority.parse(text);
        if (authority == null) {
            return;
        }
        String both = "wrote: " + text + "\nread: " + authority;
        String host = authority.host();
        claim(authority.text().equals(text), "text as it was\n" + both);
        claim(!host.isEmpty() && host.chars().allMatch(AuthorityFuzz::mayStand), "a lower-case host\n" + both);
        claim(authority.port() >= 0 && authority.port() <= 65535, "a port\n" + both);
        Authority again = Authority.parse(authority.port() == 0 ? host : host + ":" + authority.port());
        claim(again != null && again.host().equals(host), "stable host\n" + both);
        claim(again != null && again.port() == authority.port(), "stable port\n" + both);
        claim(again != null && again.isAddress() == authority.isAddress(), "stable kind\n" + both);
        claim(host.startsWith("[") == text.startsWith("["), "brackets\n" + both);
        if (authority.isAddress()) {
            checkAddress(host, text, both);
        }
    }

    private static boolean mayStand(int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "-_.:[]".indexOf(c) >= 0;
    }

    private static void checkAddress(String host, String text, String both) {
        String written = text.startsWith("[") ? text.substring(1, text.indexOf(']')) : host;
        String canonical = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        InetAddress expected;
        try {
            expected = InetAddress.ofLiteral(written);
        } catch (IllegalArgumentException e) {
            throw new AssertionError("the JDK reads no address\n" + both, e);
        }
        claim(
                Arrays.equals(
                        expected.getAddress(), InetAddress.ofLiteral(canonical).getAddress()),
                "the same address\n" + both);
        claim(text.startsWith("[") || expected instanceof Inet4Address, "IPv6 in brackets only\n" + both);
    }
}
