package io.portcullis.net;

import io.netty.channel.EventLoop;

/**
 * One event loop and what belongs to it.
 *
 * @param index from 0, the same for the life of the process
 * @param scratch for use within one call
 */
public record Loop(int index, EventLoop executor, Deadlines deadlines, ByteWriter scratch) {
    public boolean isCurrent() {
        return executor.inEventLoop();
    }
}
