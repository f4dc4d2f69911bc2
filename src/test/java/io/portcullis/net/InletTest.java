package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InletTest {
    private static final Failure BROKEN = Failure.of(FailureKind.CLIENT_GONE, "gone");

    private final List<String> gate = new ArrayList<>();
    private final RecordingSink sink = new RecordingSink();
    private final Inlet inlet = new Inlet(new Inlet.Gate() {
        @Override
        public void reading(boolean on) {
            gate.add(on ? "read" : "stop");
        }

        @Override
        public void cancelled(Failure why) {
            gate.add("cancelled " + why.kind().tag());
        }
    });

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatCameEarlyIsHeldAndThenFlows() {
        inlet.offer(bytes("a"));
        inlet.offer(bytes("b"));
        assertThat(sink.told).isEmpty();
        inlet.into(sink);
        inlet.offer(bytes("c"));
        inlet.settle();
        inlet.finish();
        assertThat(sink.told).containsExactly("a", "b", "c", "<flush>", "<end>");
        assertThat(gate).isEmpty();
    }

    @Test
    void anEndThatCameEarlyFollowsWhatWasHeld() {
        inlet.offer(bytes("a"));
        inlet.finish();
        assertThat(inlet.isFinished()).isTrue();
        inlet.into(sink);
        assertThat(sink.told).containsExactly("a", "<end>");
    }

    @Test
    void aFailureThatCameEarlyFreesWhatWasHeld() {
        ByteBuf held = bytes("a");
        inlet.offer(held);
        inlet.fail(BROKEN);
        assertThat(held.refCnt()).isZero();
        inlet.into(sink);
        assertThat(sink.told).containsExactly("<abort client_gone>");
    }

    @Test
    void aFailureWhileFlowingIsTold() {
        inlet.into(sink);
        inlet.offer(bytes("a"));
        inlet.fail(BROKEN);
        inlet.fail(BROKEN);
        inlet.finish();
        assertThat(sink.told).containsExactly("a", "<abort client_gone>");
    }

    @Test
    void reading64KiBAheadIsEnough() {
        inlet.offer(Unpooled.wrappedBuffer(new byte[64 * 1024 - 1]));
        assertThat(gate).isEmpty();
        inlet.offer(bytes("a"));
        assertThat(gate).containsExactly("stop");
        inlet.into(sink);
        assertThat(gate).containsExactly("stop", "read");
    }

    @Test
    void tinyPiecesCountForWhatTheyCost() {
        for (int i = 0; i < 256; i++) {
            assertThat(gate).isEmpty();
            inlet.offer(bytes("a"));
        }
        assertThat(gate).containsExactly("stop");
        inlet.cancel(BROKEN);
    }

    @Test
    void aFullSinkKeepsWhatWasStoppedStopped() {
        inlet.offer(Unpooled.wrappedBuffer(new byte[64 * 1024]));
        sink.full = true;
        inlet.into(sink);
        assertThat(gate).containsExactly("stop");
        inlet.resume();
        assertThat(gate).containsExactly("stop", "read");
    }

    @Test
    void stoppingAndReadingOnAreToldOnce() {
        inlet.into(sink);
        inlet.pause();
        inlet.pause();
        inlet.resume();
        inlet.resume();
        assertThat(gate).containsExactly("stop", "read");
    }

    @Test
    void afterTheEndNothingNeedsToBeStopped() {
        inlet.finish();
        inlet.pause();
        assertThat(gate).isEmpty();
    }

    @Test
    void whoCancelsFreesEverythingThatCameAndComes() {
        ByteBuf held = bytes("a");
        ByteBuf late = bytes("b");
        inlet.offer(held);
        inlet.cancel(BROKEN);
        inlet.cancel(BROKEN);
        inlet.offer(late);
        inlet.finish();
        inlet.into(sink);
        assertThat(held.refCnt()).isZero();
        assertThat(late.refCnt()).isZero();
        assertThat(sink.told).isEmpty();
        assertThat(gate).containsExactly("cancelled client_gone");
    }

    @Test
    void bytesAfterTheEndAreFreed() {
        inlet.into(sink);
        inlet.finish();
        ByteBuf late = bytes("b");
        inlet.offer(late);
        assertThat(late.refCnt()).isZero();
        assertThat(sink.told).containsExactly("<end>");
    }
}
