package io.portcullis.http;

import java.util.Objects;

/** Heads for tests that need no wire. */
final class Heads {
    private Heads() {}

    /** Fields from lines as a message has them, {@code Name: value}. */
    static Fields fields(String... lines) {
        Fields fields = Fields.create();
        for (String line : lines) {
            int colon = line.indexOf(':');
            fields.add(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return fields;
    }

    /** A request to {@code example.com} with a body of {@code length} bytes. */
    static RequestHead request(String method, String target, long length, String... lines) {
        return request(method, target, "example.com", length, lines);
    }

    static RequestHead request(String method, String target, String host, long length, String... lines) {
        Fields fields = fields(lines);
        return new RequestHead(
                method,
                Objects.requireNonNull(RequestTarget.parse(method, target), target),
                host.isEmpty() ? Authority.NONE : Objects.requireNonNull(Authority.parse(host), host),
                fields,
                Protocol.HTTP_1_1,
                ConnectionOptions.of(fields),
                length);
    }

    static ResponseHead response(int status, long length, String... lines) {
        Fields fields = fields(lines);
        return new ResponseHead(status, fields, ConnectionOptions.of(fields), length);
    }
}
