package io.portcullis.http;

import java.nio.file.Path;
import java.util.function.Consumer;

/** What is fuzzed, and the folder of its committed inputs. */
enum FuzzTarget {
    REQUEST("request", RequestFuzz.class, RequestFuzz::fuzzerTestOneInput),
    CHUNKED("chunked", ChunkedBodyFuzz.class, ChunkedBodyFuzz::fuzzerTestOneInput),
    RESPONSE("response", ResponseFuzz.class, ResponseFuzz::fuzzerTestOneInput),
    URI("uri", RequestTargetFuzz.class, RequestTargetFuzz::fuzzerTestOneInput),
    AUTHORITY("authority", AuthorityFuzz.class, AuthorityFuzz::fuzzerTestOneInput),
    FORWARDING("forwarding", ForwardingFuzz.class, ForwardingFuzz::fuzzerTestOneInput),
    HPACK("hpack", HpackFuzz.class, HpackFuzz::fuzzerTestOneInput);

    private final String folder;
    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // made of method references
    private final Consumer<byte[]> property;

    FuzzTarget(String folder, Class<?> type, Consumer<byte[]> property) {
        this.folder = folder;
        this.type = type;
        this.property = property;
    }

    String folder() {
        return folder;
    }

    Class<?> type() {
        return type;
    }

    /** What must hold of any bytes; throws where it does not. */
    void check(byte[] input) {
        property.accept(input);
    }

    Path inputs() {
        return Path.of("src", "test", "resources", "fuzz", folder);
    }
}
