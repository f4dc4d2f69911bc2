package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.Networks;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Version 1 of the PROXY protocol: one line of at most 107 bytes, its end included. */
final class ProxyLine {
    private static final int LONGEST = 107;
    private static final String NUMBER = "(?:0|[1-9][0-9]{0,2})";
    private static final Pattern V4 = Pattern.compile(NUMBER + "(?:\\." + NUMBER + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
    private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

    private ProxyLine() {}

    /** Reads a line that is known to begin with {@code PROXY} and a blank; borrows {@code in}. */
    static ProxyHeader read(ByteBuf in) {
        int start = in.readerIndex();
        int there = Math.min(in.readableBytes(), LONGEST);
        for (int i = 0; i < there; i++) {
            byte next = in.getByte(start + i);
            boolean last = next == '\n' && in.getByte(start + i - 1) == '\r';
            if (last) {
                return line(in.toString(start, i - 1, StandardCharsets.ISO_8859_1), i + 1);
            }
            if (next == '\n' || i > 0 && in.getByte(start + i - 1) == '\r') {
                return new ProxyHeader.Malformed("a line that does not end with CRLF");
            }
        }
        return there == LONGEST
                ? new ProxyHeader.Malformed("a line of more than " + LONGEST + " bytes")
                : new ProxyHeader.Unfinished();
    }

    private static ProxyHeader line(String line, int length) {
        String[] words = line.split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return new ProxyHeader.Whole(length, null);
        }
        if (words.length != 6) {
            return new ProxyHeader.Malformed("not six words");
        }
        int bytes =
                switch (words[1]) {
                    case "TCP4" -> 4;
                    case "TCP6" -> 16;
                    default -> 0;
                };
        if (bytes == 0) {
            return new ProxyHeader.Malformed("an unknown family");
        }
        byte[] source = address(words[2], bytes);
        byte[] destination = address(words[3], bytes);
        int sourcePort = port(words[4]);
        int destinationPort = port(words[5]);
        if (source.length != bytes || destination.length != bytes || sourcePort < 0 || destinationPort < 0) {
            return new ProxyHeader.Malformed("an address or port that is none");
        }
        return new ProxyHeader.Whole(
                length,
                new ProxyHeader.Ends(
                        ProxyHeader.inet(source, sourcePort), ProxyHeader.inet(destination, destinationPort)));
    }

    /** Empty where {@code text} is no address of so many bytes. */
    private static byte[] address(String text, int bytes) {
        Pattern form = bytes == 4 ? V4 : V6;
        byte[] read = form.matcher(text).matches() ? Networks.bytes(text) : null;
        return read == null ? new byte[0] : read;
    }

    private static int port(String text) {
        int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : -1;
        return port > 65535 ? -1 : port;
    }
}
