package io.portcullis.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client that says by HTTP/1.1 or HTTP/2, as the test's parameter has it, what the test writes as HTTP/1.1. */
public final class TextClient implements AutoCloseable {
    /** What came back; the names of fields in any case, those of trailers in lower case. */
    public record Answer(
            int status,
            Function<String, @Nullable String> value,
            String body,
            List<String> trailers,
            List<Integer> interims) {
        public @Nullable String field(String name) {
            return value.apply(name);
        }
    }

    private final @Nullable RawHttp2 http2;
    private final RawClient http1;
    private String method = "GET";
    private int stream;

    private TextClient(@Nullable RawHttp2 http2, RawClient http1) {
        this.http2 = http2;
        this.http1 = http1;
    }

    /** On a plain listener, by HTTP/2 where {@code http2}. */
    public static TextClient of(boolean http2, int port) throws IOException {
        if (http2) {
            RawHttp2 client = RawHttp2.plain(port);
            return new TextClient(client, client.wire());
        }
        return new TextClient(null, RawClient.plain(port));
    }

    /** Sends a whole request: head, body in one piece or chunked, trailers. */
    public TextClient send(String request) throws IOException {
        Http1Text text = Http1Text.parse(request);
        method = text.method();
        if (http2 == null) {
            http1.send(request);
            return this;
        }
        boolean trailed = !text.trailers().isEmpty();
        stream = http2.open(text.body().isEmpty() && !trailed, block(text));
        if (!text.body().isEmpty()) {
            http2.data(stream, !trailed, text.body());
        }
        if (trailed) {
            RawBlock block = new RawBlock();
            text.trailers().forEach(field -> block.field(field.name(), field.value()));
            http2.send(RawFrame.headers(stream, true, block));
        }
        return this;
    }

    /** Sends the head of a request whose body follows piece by piece. */
    public TextClient begin(String head) throws IOException {
        Http1Text text = Http1Text.parse(head + "0\r\n\r\n");
        method = text.method();
        if (http2 == null) {
            http1.send(head);
        } else {
            stream = http2.open(false, block(text));
        }
        return this;
    }

    /** Sends a piece of a body that {@link #begin} began. */
    public TextClient piece(String latin1) throws IOException {
        if (http2 == null) {
            http1.send(Integer.toHexString(latin1.length()) + "\r\n" + latin1 + "\r\n");
        } else {
            http2.data(stream, false, latin1);
        }
        return this;
    }

    /** Ends a body that {@link #begin} began. */
    public TextClient end() throws IOException {
        if (http2 == null) {
            http1.send("0\r\n\r\n");
        } else {
            http2.data(stream, true, "");
        }
        return this;
    }

    /** Reads the whole response. */
    public Answer answer() throws IOException {
        return http2 == null ? http1Answer() : http2Answer(http2.answer(stream));
    }

    /** Reads until the response is cut short, and says whether it was seen to be. */
    public boolean isCut() throws IOException {
        if (http2 != null) {
            RawHttp2Answer answer = http2.answer(stream);
            return !answer.reset().isEmpty() && !answer.isEnded();
        }
        try {
            http1.readResponse(method);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Reads the final head, and some of the body. */
    public void readHead() throws IOException {
        if (http2 != null) {
            http2.await(stream, answer -> answer.status() != 0);
        } else {
            http1.readHead();
        }
    }

    /** Wants nothing more of the exchange. */
    public void abort() throws IOException {
        if (http2 != null) {
            http2.send(RawFrame.reset(stream, "CANCEL"));
        } else {
            http1.reset();
        }
    }

    @Override
    public void close() throws IOException {
        http1.close();
    }

    private Answer http1Answer() throws IOException {
        List<Integer> interims = new ArrayList<>();
        RawResponse response = http1.readResponse(method);
        while (response.status() < 200) {
            interims.add(response.status());
            response = http1.readResponse(method);
        }
        RawResponse last = response;
        return new Answer(last.status(), name -> last.value(name), last.body(), texts(last.trailers()), interims);
    }

    private Answer http2Answer(RawHttp2Answer answer) {
        if (!answer.isEnded()) {
            throw new AssertionError("the stream was reset: " + answer);
        }
        return new Answer(
                answer.status(),
                name -> answer.value(name.toLowerCase(Locale.ROOT)),
                answer.body(),
                texts(answer.trailers()),
                answer.interims());
    }

    private static List<String> texts(@Nullable List<RawHead.Field> fields) {
        return fields == null
                ? List.of()
                : fields.stream()
                        .map(field -> field.name().toLowerCase(Locale.ROOT) + ": " + field.value())
                        .toList();
    }

    private static RawBlock block(Http1Text text) {
        RawBlock block = RawBlock.of(
                ":method",
                text.method(),
                ":scheme",
                "http",
                ":path",
                text.target(),
                ":authority",
                String.valueOf(text.head().value("Host")));
        text.passedFields().forEach(field -> block.field(field.name(), field.value()));
        return block;
    }
}
