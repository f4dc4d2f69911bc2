package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.portcullis.net.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.RepeatedTest;

/** Ours and Netty's codec understand each other over many blocks of one connection, whose table changes its size. */
class HpackAgainstNettyTest {
    private static final int BLOCKS = 400;
    private static final List<String> NAMES = List.of(
            "accept",
            "server",
            "content-type",
            "content-length",
            "cookie",
            "date",
            "etag",
            "vary",
            "x-frame-options",
            "x-request-id",
            "authorization",
            "x-a",
            "x-b",
            "a-name-that-no-table-has-and-that-is-rather-long");

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final Random random = new Random(seed);

    @RepeatedTest(5)
    void oursReadsWhatNettysWrites() throws HpackException, Http2Exception {
        DefaultHttp2HeadersEncoder theirs =
                new DefaultHttp2HeadersEncoder((name, value) -> AsciiString.contentEquals(name, "authorization"), true);
        HpackDecoder ours = new HpackDecoder(16_384, 20_000);
        for (int i = 0; i < BLOCKS; i++) {
            for (int changes = random.nextInt(20) - 17; changes > 0; changes--) {
                theirs.configuration().maxHeaderTableSize(size(16_384));
            }
            List<String> lines = lines();
            ByteBuf block = Unpooled.buffer();
            theirs.encodeHeaders(1, headers(lines), block);
            assertThat(HpackBlocks.decode(ours, ByteBufUtil.getBytes(block)))
                    .as("block %d of seed %d", i, seed)
                    .containsExactlyElementsOf(marked(lines));
            block.release();
            assertThat(ours.table().size()).isLessThanOrEqualTo(ours.table().capacity());
        }
    }

    @RepeatedTest(5)
    void nettysReadsWhatOursWrites() throws Http2Exception {
        DefaultHttp2HeadersDecoder theirs = new DefaultHttp2HeadersDecoder(false, 1 << 20);
        HpackEncoder ours = new HpackEncoder();
        ByteWriter out = new ByteWriter();
        for (int i = 0; i < BLOCKS; i++) {
            for (int changes = random.nextInt(20) - 16; changes > 0; changes--) {
                int size = size(10_000);
                ours.tableSize(size);
                theirs.configuration().maxHeaderTableSize(size);
            }
            List<String> lines = lines();
            ours.begin(out.clear());
            lines.forEach(line -> ours.field(HpackBlocks.latin(name(line)), HpackBlocks.latin(value(line))));
            ByteBuf block = Unpooled.wrappedBuffer(HpackBlocks.bytes(out));
            List<String> read = new ArrayList<>();
            theirs.decodeHeaders(1, block).forEach(field -> read.add(field.getKey() + ": " + field.getValue()));
            assertThat(read).as("block %d of seed %d", i, seed).containsExactlyElementsOf(lines);
            block.release();
            assertThat(ours.table().size()).isLessThanOrEqualTo(ours.table().capacity());
        }
    }

    private int size(int most) {
        return random.nextInt(4) == 0 ? 0 : random.nextInt(most + 1);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(":method: " + pick("GET", "POST", "PUT"));
        lines.add(":path: " + pick("/", "/index.html", "/" + text(40)));
        lines.add(":authority: host" + random.nextInt(3));
        for (int i = random.nextInt(25); i > 0; i--) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            lines.add(name + ": " + pick("", "v" + random.nextInt(5), text(random.nextInt(300) == 0 ? 6000 : 60)));
        }
        return lines;
    }

    private String pick(String... values) {
        return values[random.nextInt(values.length)];
    }

    /** Mostly what stands in fields, sometimes any byte. */
    private String text(int most) {
        boolean any = random.nextInt(8) == 0;
        return random.ints(random.nextInt(most) + 1L, any ? 0 : ' ', any ? 256 : 127)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Http2Headers headers(List<String> lines) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        lines.forEach(line -> headers.add(ascii(name(line)), ascii(value(line))));
        return headers;
    }

    private static AsciiString ascii(String text) {
        return new AsciiString(HpackBlocks.latin(text), false);
    }

    private static List<String> marked(List<String> lines) {
        return lines.stream()
                .map(line -> line.startsWith("authorization") ? "!" + line : line)
                .toList();
    }

    private static String name(String line) {
        return line.substring(0, line.indexOf(": "));
    }

    private static String value(String line) {
        return line.substring(line.indexOf(": ") + 2);
    }
}
