package io.portcullis.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The fields that tell a backend about the client, ready to be written.
 *
 * @param client the client's address as far as trusted proxies vouch for it
 * @param requestId an id that a trusted peer brought; empty where we make one
 * @param host the {@code Host} text this was made for
 * @param protocol the version this was made for
 */
public record ForwardedFields(
        String client, String requestId, String host, Protocol protocol, List<Field> fields, AsciiString http1) {
    /** A field of ours. */
    public record Field(AsciiString name, String value) {}

    /** Whether another request of the same connection gets the same. */
    boolean isFor(RequestHead head) {
        return protocol == head.protocol() && host.equals(head.authority().text());
    }

    static ForwardedFields of(String client, String requestId, String host, Protocol protocol, List<Field> fields) {
        StringBuilder lines = new StringBuilder(256);
        for (Field field : fields) {
            lines.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.ISO_8859_1);
        return new ForwardedFields(
                client, requestId, host, protocol, List.copyOf(fields), new AsciiString(bytes, false));
    }
}
