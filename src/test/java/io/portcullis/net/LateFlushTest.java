package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Each test runs on the thread of an event loop, as {@link EpollHandlers} begins and ends its turns. */
class LateFlushTest {
    @Test
    void whatIsFlushedWithinATurnLeavesAtItsEnd() throws Exception {
        onLoop(turn -> {
            EmbeddedChannel channel = channel();
            turn.begins();
            flush(channel, 3);
            flush(channel, 4);
            assertThat(sent(channel)).isZero();

            turn.ends();
            assertThat(sent(channel)).isEqualTo(7);
        });
    }

    @Test
    void outsideOfATurnItLeavesAtOnce() throws Exception {
        onLoop(turn -> {
            EmbeddedChannel channel = channel();
            flush(channel, 3);
            assertThat(sent(channel)).isEqualTo(3);

            turn.begins();
            turn.ends();
            flush(channel, 4);
            assertThat(sent(channel)).isEqualTo(4);
        });
    }

    @Test
    void muchLeavesAtOnce() throws Exception {
        onLoop(turn -> {
            EmbeddedChannel channel = channel();
            turn.begins();
            flush(channel, LateFlush.MUCH / 2);
            assertThat(sent(channel)).isZero();
            flush(channel, LateFlush.MUCH / 2);
            assertThat(sent(channel)).isEqualTo(LateFlush.MUCH);

            turn.ends();
            assertThat(sent(channel)).isZero();
        });
    }

    @Test
    void aCloseFollowsWhatWasFlushed() throws Exception {
        onLoop(turn -> {
            EmbeddedChannel channel = channel();
            turn.begins();
            flush(channel, 3);
            channel.close();
            assertThat(sent(channel)).isEqualTo(3);
            assertThat(channel.isOpen()).isFalse();
            turn.ends();
        });
    }

    @Test
    void aCutFollowsWhatWasFlushed() throws Exception {
        onLoop(turn -> {
            EmbeddedChannel channel = channel();
            turn.begins();
            flush(channel, 3);
            LateFlush.cut(channel);
            assertThat(sent(channel)).isEqualTo(3);
            assertThat(channel.isOpen()).isFalse();
            turn.ends();
        });
    }

    @Test
    void nowSendsWhatWaits() throws Exception {
        onLoop(turn -> {
            EmbeddedChannel channel = channel();
            turn.begins();
            flush(channel, 3);
            LateFlush.now(channel);
            assertThat(sent(channel)).isEqualTo(3);
            turn.ends();
        });
    }

    @Test
    void whatAFlushMakesOthersSendLeavesInTheSameTurn() throws Exception {
        onLoop(turn -> {
            EmbeddedChannel first = channel();
            EmbeddedChannel second = channel();
            turn.begins();
            first.write(Unpooled.buffer().writeZero(3)).addListener(sent -> flush(second, 5));
            first.flush();
            turn.ends();

            assertThat(sent(first)).isEqualTo(3);
            assertThat(sent(second)).isEqualTo(5);
        });
    }

    @Test
    void aConnectionThatCloseLeftBehindDisturbsNobody() throws Exception {
        onLoop(turn -> {
            EmbeddedChannel gone = channel();
            EmbeddedChannel other = channel();
            turn.begins();
            flush(gone, 3);
            gone.pipeline().firstContext().close();
            flush(other, 4);
            turn.ends();

            assertThat(sent(other)).isEqualTo(4);
        });
    }

    private static EmbeddedChannel channel() {
        EmbeddedChannel channel = new EmbeddedChannel();
        LateFlush.first(channel);
        return channel;
    }

    private static void flush(EmbeddedChannel channel, int bytes) {
        channel.writeAndFlush(Unpooled.buffer().writeZero(bytes));
    }

    private static int sent(EmbeddedChannel channel) {
        int sent = 0;
        for (ByteBuf one = channel.readOutbound(); one != null; one = channel.readOutbound()) {
            sent += one.readableBytes();
            one.release();
        }
        return sent;
    }

    private interface Turns {
        void in(LoopTurn turn) throws Exception;
    }

    private static void onLoop(Turns test) throws Exception {
        Callable<Void> work = () -> {
            test.in(LoopTurn.ofThread());
            return null;
        };
        FutureTask<Void> task = new FutureTask<>(work);
        new LoopThread.Factory("late-flush-test").newThread(task).start();
        task.get();
    }
}
