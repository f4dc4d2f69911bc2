package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PumpTest {
    private static final Failure BROKEN = Failure.of(FailureKind.CLIENT_GONE, "gone");

    private final List<String> asked = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final RecordingSink sink = new RecordingSink();
    private final Pump pump = new Pump(new AskedSource(), sink, new Pump.Watcher() {
        @Override
        public void pumped() {
            ended.add("pumped");
        }

        @Override
        public void broken(Failure why) {
            ended.add("broken " + why.kind().tag());
        }
    });

    /** Notes what it is asked for. */
    private final class AskedSource implements ByteSource {
        @Override
        public void into(ByteSink to) {
            asked.add("into");
        }

        @Override
        public void pause() {
            asked.add("pause");
        }

        @Override
        public void resume() {
            asked.add("resume");
        }

        @Override
        public void cancel(Failure why) {
            asked.add("cancel");
        }
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void bytesGoThroughAndAreCounted() {
        pump.start();
        pump.write(bytes("abc"));
        pump.write(bytes("de"));
        pump.flush();
        pump.end();
        assertThat(asked).containsExactly("into");
        assertThat(sink.told).containsExactly("abc", "de", "<flush>", "<end>");
        assertThat(ended).containsExactly("pumped");
        assertThat(pump.bytes()).isEqualTo(5);
    }

    @Test
    void aFullSinkPausesTheSourceUntilItIsDrained() {
        pump.start();
        sink.full = true;
        pump.write(bytes("a"));
        assertThat(asked).containsExactly("into", "pause");
        assertThat(pump.isFull()).isTrue();
        sink.drain();
        assertThat(asked).containsExactly("into", "pause", "resume");
    }

    @Test
    void whatWasReadAlreadyIsStillTaken() {
        sink.full = true;
        pump.write(bytes("a"));
        pump.write(bytes("b"));
        assertThat(sink.told).containsExactly("a", "b");
        sink.drain();
        assertThat(asked).endsWith("resume").containsOnlyOnce("resume");
    }

    @Test
    void aBrokenSourceIsTheWatchersAffair() {
        pump.start();
        pump.write(bytes("a"));
        pump.abort(BROKEN);
        assertThat(sink.told).containsExactly("a");
        assertThat(ended).containsExactly("broken client_gone");
    }
}
