package io.portcullis.telemetry;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Apache's combined log format, as log analysers read it; {@code 000} stands for "no status was sent". */
final class CombinedLines implements LineFormat {
    private static final byte[] NO_USER = " - - [".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REQUEST = " +0000] \"".getBytes(StandardCharsets.US_ASCII);

    private final Timestamp time = new Timestamp("dd/MMM/uuuu:HH:mm:ss");

    @Override
    public void append(AccessRecord record, LineBuffer line) {
        AccessRecord.Request request = record.request();
        AccessRecord.Answer answer = record.answer();
        line.combined(record.connection().client()).raw(NO_USER);
        line.raw(time.second(request.epochMillis())).raw(REQUEST);
        if (request.method().isEmpty()) {
            line.raw('-');
        } else {
            line.combined(request.method()).raw(' ').combined(request.target());
            line.raw(' ').combined(request.protocol().tag());
        }
        line.raw('"').raw(' ').threeDigits(answer.status());
        line.raw(' ').number(answer.bytesOut()).raw(' ');
        quoted(line, request.referer());
        line.raw(' ');
        quoted(line, request.userAgent());
        line.raw('\n');
    }

    private static void quoted(LineBuffer line, @Nullable String value) {
        line.raw('"');
        if (value == null || value.isEmpty()) {
            line.raw('-');
        } else {
            line.combined(value);
        }
        line.raw('"');
    }
}
