package io.portcullis.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes of one wire, pulled as they are asked for; every failure shows what had been read before it. One reader at a time. */
final class Feed {
    private static final int TRANSCRIPT_LIMIT = 1 << 20;
    private static final int SHOWN = 2048;
    private static final int CHUNK = 16 * 1024;

    private final Wire wire;
    private final AtomicLong total = new AtomicLong();
    private final ByteArrayOutputStream transcript = new ByteArrayOutputStream();
    private volatile Duration limit;
    private byte[] buffer = new byte[0];
    private int position;

    /** {@code limit} bounds each read as a whole, not each byte of it. */
    Feed(Wire wire, Duration limit) {
        this.wire = wire;
        this.limit = limit;
    }

    void limit(Duration newLimit) {
        limit = newLimit;
    }

    /** Bytes taken off the socket so far. */
    long total() {
        return total.get();
    }

    /** The first MiB taken off the socket, as Latin-1. */
    String transcript() {
        synchronized (transcript) {
            return transcript.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** True if the peer has ended; waits for a byte or the end. The byte stays unread. */
    boolean atEnd() throws IOException {
        return position == buffer.length && !fill(deadline());
    }

    /** Whether {@code time} passes before a byte or the end comes. The byte stays unread. */
    boolean isSilent(Duration time) throws IOException {
        if (position < buffer.length) {
            return false;
        }
        try {
            read(time);
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    /** Through the first {@code end}, inclusive. */
    String readThrough(String end) throws IOException {
        long deadlineNanos = deadline();
        StringBuilder text = new StringBuilder();
        while (!endsWith(text, end)) {
            text.append((char) (next(deadlineNanos, "\"" + visible(end) + "\"") & 0xff));
        }
        return text.toString();
    }

    private static boolean endsWith(StringBuilder text, String end) {
        int start = text.length() - end.length();
        return start >= 0 && text.indexOf(end, start) == start;
    }

    /** Exactly {@code count} bytes as Latin-1. */
    String readExactly(int count) throws IOException {
        long deadlineNanos = deadline();
        byte[] bytes = new byte[count];
        for (int have = 0; have < count; ) {
            if (position == buffer.length && !fill(deadlineNanos)) {
                throw new EOFException("ended after " + have + " of " + count + " bytes; " + readSoFar());
            }
            int n = Math.min(count - have, buffer.length - position);
            System.arraycopy(buffer, position, bytes, have, n);
            position += n;
            have += n;
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Up to {@code most} bytes, at least one; empty at the end. */
    String readSome(int most) throws IOException {
        if (atEnd()) {
            return "";
        }
        int n = Math.min(most, buffer.length - position);
        position += n;
        return new String(buffer, position - n, n, StandardCharsets.ISO_8859_1);
    }

    /** Everything until the peer ends. */
    String readAll() throws IOException {
        long deadlineNanos = deadline();
        StringBuilder text = new StringBuilder();
        do {
            text.append(new String(buffer, position, buffer.length - position, StandardCharsets.ISO_8859_1));
            position = buffer.length;
        } while (fill(deadlineNanos));
        return text.toString();
    }

    private byte next(long deadlineNanos, String wanted) throws IOException {
        if (position == buffer.length && !fill(deadlineNanos)) {
            throw new EOFException("ended before " + wanted + "; " + readSoFar());
        }
        return buffer[position++];
    }

    private long deadline() {
        return System.nanoTime() + limit.toNanos();
    }

    /** False at the peer's end. */
    private boolean fill(long deadlineNanos) throws IOException {
        try {
            return read(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing more within " + limit + "; " + readSoFar(), e);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; " + readSoFar(), e);
        }
    }

    /** False at the peer's end. */
    private boolean read(Duration limitOfRead) throws IOException {
        byte[] chunk = new byte[CHUNK];
        int n = wire.read(chunk, limitOfRead);
        if (n < 0) {
            return false;
        }
        buffer = Arrays.copyOf(chunk, n);
        position = 0;
        total.addAndGet(n);
        synchronized (transcript) {
            transcript.write(buffer, 0, Math.min(n, TRANSCRIPT_LIMIT - transcript.size()));
        }
        return true;
    }

    /** For failure messages. */
    String readSoFar() {
        String seen = transcript();
        String tail = seen.length() > SHOWN ? "…" + seen.substring(seen.length() - SHOWN) : seen;
        return "read so far (" + total() + " bytes): \"" + visible(tail) + "\"";
    }

    private static String visible(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n");
    }
}
