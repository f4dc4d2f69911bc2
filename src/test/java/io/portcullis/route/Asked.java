package io.portcullis.route;

import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import java.util.Objects;

/** Requests for tests of matching. */
final class Asked {
    private Asked() {}

    /** A GET request; the path as it would be after {@link RequestTarget#read}. */
    static RequestHead of(String host, String path) {
        return of(host, new RequestTarget(path, null, null));
    }

    static RequestHead of(String host, RequestTarget target, String... lines) {
        return of("GET", host, target, lines);
    }

    /** With field lines, {@code Name: value}. */
    static RequestHead of(String method, String host, RequestTarget target, String... lines) {
        Fields fields = Fields.create();
        for (String line : lines) {
            int colon = line.indexOf(':');
            fields.add(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return new RequestHead(
                method,
                target,
                host.isEmpty() ? Authority.NONE : Objects.requireNonNull(Authority.parse(host)),
                fields,
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                0);
    }
}
