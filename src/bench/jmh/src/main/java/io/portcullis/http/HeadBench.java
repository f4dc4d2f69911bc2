package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import io.portcullis.net.Failure;
import io.portcullis.net.Peer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does it cost to read a request's head: by our decoder, up to a checked {@link RequestHead}, and by Netty's, up to its
 * {@code HttpRequest} with default headers? Netty's channel pipeline, of one handler, is counted with it; ours is not asked through one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HeadBench {
    private static final String SHORT = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final String BROWSER =
            "GET /shop/items?id=4711&sort=price HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0)"
                    + " Gecko/20100101 Firefox/140.0\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
                    + "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nReferer: https://www.example.com/shop/\r\n"
                    + "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\nUpgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest: document\r\n"
                    + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\nPriority: u=0, i\r\nTE: trailers\r\n\r\n";

    @Param({"short", "browser"})
    public String head;

    private ByteBuf bytes;
    private EmbeddedChannel netty;
    private Ours ours;

    @Setup
    public void setUp() {
        byte[] text = (head.equals("short") ? SHORT : BROWSER).getBytes(StandardCharsets.US_ASCII);
        bytes = Unpooled.directBuffer(text.length).writeBytes(text);
        netty = new EmbeddedChannel(new HttpRequestDecoder(new HttpDecoderConfig()));
        ours = new Ours();
    }

    @Benchmark
    public RequestHead ours() {
        bytes.readerIndex(0);
        ours.decoder.decode(bytes);
        ours.decoder.next();
        return ours.last;
    }

    @Benchmark
    public void netty(Blackhole hole) {
        bytes.readerIndex(0);
        netty.writeInbound(bytes.retain());
        for (Object message = netty.readInbound(); message != null; message = netty.readInbound()) {
            hole.consume(message);
            ReferenceCountUtil.release(message);
        }
    }

    private static final class Ours implements Http1Decoder.Owner<RequestHead> {
        private final ClientConnection client =
                new ClientConnection(new Peer("plain", "192.0.2.7", 4711, null, null, 80, false, null), "c");
        private final Http1Decoder<RequestHead> decoder =
                new Http1Decoder<>(HeadLimits.ofRequests(8 * 1024, 32 * 1024, 100), this);
        private RequestHead last;

        @Override
        public Reading<RequestHead> read(HeadParser lines) throws MalformedMessage {
            return Http1Reader.request(lines, client);
        }

        @Override
        public long bodyLength(RequestHead read) {
            return read.bodyLength();
        }

        @Override
        public void head(RequestHead read) {
            last = read;
        }

        @Override
        public void content(ByteBuf chunk) {
            throw new IllegalStateException("a body");
        }

        @Override
        public void end(Fields trailers) {}

        @Override
        public void malformed(Failure why) {
            throw new IllegalStateException(why.toString());
        }
    }
}
