package io.portcullis.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.portcullis.http.Fields;
import io.portcullis.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC health checking protocol (grpc.health.v1.Health/Check), its two messages written and read by hand: a service's name in, a
 * status out, each as one gRPC message of a byte 0, four bytes of length, and protobuf.
 */
final class GrpcHealth {
    static final String PATH = "/grpc.health.v1.Health/Check";

    private static final int PREFIX = 5;
    private static final int NAME_FIELD = 1 << 3 | 2;
    private static final int STATUS_FIELD = 1 << 3;
    private static final int SERVING = 1;
    private static final String[] STATUSES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

    private GrpcHealth() {}

    static Fields fields() {
        return Fields.create()
                .add("content-type", "application/grpc")
                .add("te", "trailers")
                .add("user-agent", "portcullis-check");
    }

    /** The request about {@code service}, of at most 100 ASCII characters; empty for the whole server. */
    static ByteBuf request(String service) {
        int length = service.isEmpty() ? 0 : 2 + service.length();
        ByteBuf message = Unpooled.buffer(PREFIX + length).writeByte(0).writeInt(length);
        if (length > 0) {
            message.writeByte(NAME_FIELD)
                    .writeByte(service.length())
                    .writeBytes(service.getBytes(StandardCharsets.US_ASCII));
        }
        return message;
    }

    /**
     * Why an answer is none of a server that serves; null where it is one.
     *
     * @param body as ISO 8859-1
     */
    static @Nullable String wrong(ResponseHead head, CharSequence body) {
        Fields trailers = head.trailers();
        String status = trailers == null ? null : trailers.first("grpc-status");
        if (status == null) {
            status = head.fields().first("grpc-status");
        }
        if (status == null) {
            return "it answered " + head.status() + ", which is no gRPC";
        }
        if (!status.equals("0")) {
            return "its health service answered gRPC status " + status
                    + (status.equals("12")
                            ? ": it has none"
                            : status.equals("5") ? ": it does not know the service" : "");
        }
        int serving = status(body);
        return serving == SERVING
                ? null
                : "it says "
                        + (serving >= 0 && serving < STATUSES.length ? STATUSES[serving] : "nothing that is known");
    }

    /** The message's only field, a number of one byte; 0 where it is left out, as protobuf has it; -1 for anything else. */
    private static int status(CharSequence body) {
        if (body.length() == PREFIX && body.charAt(4) == 0) {
            return 0;
        }
        boolean known = body.length() == PREFIX + 2
                && body.charAt(0) == 0
                && body.charAt(4) == 2
                && body.charAt(PREFIX) == STATUS_FIELD;
        return known ? body.charAt(PREFIX + 1) : -1;
    }
}
