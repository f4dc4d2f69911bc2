package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.portcullis.http.Authority;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a client reads that speaks plain HTTP to a TLS port (rule S17). */
final class PlainHttpReply {
    private static final Pattern HOST = Pattern.compile("\r\n[Hh]ost:[ \t]*([^\r\n]{1,260})\r\n");
    private static final int LOOKED_AT = 2048;

    private PlainHttpReply() {}

    /** A whole HTTP/1.1 response; names the https address where the request told a sound host. */
    static String to(ByteBuf request, SocketAddress local) {
        String head = request.toString(
                request.readerIndex(), Math.min(request.readableBytes(), LOOKED_AT), StandardCharsets.ISO_8859_1);
        String address = address(head, local instanceof InetSocketAddress inet ? inet.getPort() : 443);
        String body = "400 Bad Request\nThis port speaks HTTPS, and you sent plain HTTP."
                + (address == null ? "" : "\nUse " + address) + "\n";
        return "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
    }

    private static @Nullable String address(String head, int port) {
        Matcher host = HOST.matcher(head);
        Authority authority = host.find() ? Authority.parse(host.group(1).strip()) : null;
        return authority == null ? null : "https://" + authority.hostAndPort(port, 443) + "/";
    }
}
