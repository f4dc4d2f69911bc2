package io.portcullis.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll handlers, with two mistakes of 4.2.18 mended.
 *
 * <ul>
 *   <li>Where a half-closed connection waits for nothing, its descriptor is taken out of epoll, and is then taken to be still in it.
 *       Waiting for anything again, be it for room in a full send buffer, fails, and the connection is closed in the middle of what it
 *       sends (rules R08, R09). Here such a connection is registered anew.
 *   <li>Events are found by the number of their descriptor alone. Where one event of a batch closes a connection, and a new one is
 *       dialled at once, the new one may get the same number, and then the old one's event out of the same batch: a hang-up closes it
 *       before it was made. Here what was registered within a batch hears nothing of that batch.
 * </ul>
 */
final class EpollHandlers implements IoHandlerFactory {
    private final IoHandlerFactory netty = EpollIoHandler.newFactory();

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new Handler(netty.newHandler(executor));
    }

    @Override
    public boolean isChangingThreadSupported() {
        return netty.isChangingThreadSupported();
    }

    /** One loop's; used by it alone. */
    private static final class Handler implements IoHandler {
        private final IoHandler netty;
        private LoopTurn turn = LoopTurn.ofThread();
        private long batch;

        Handler(IoHandler netty) {
            this.netty = netty;
        }

        @Override
        public void initialize() {
            turn = LoopTurn.ofThread();
            netty.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            batch++;
            turn.begins();
            try {
                return netty.run(context);
            } finally {
                turn.ends();
            }
        }

        @Override
        public void prepareToDestroy() {
            netty.prepareToDestroy();
        }

        @Override
        public void destroy() {
            netty.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return new Registration(netty, handle instanceof EpollIoHandle epoll ? new Newcomer(this, epoll) : handle);
        }

        @Override
        public void wakeup() {
            netty.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return netty.isCompatible(type);
        }
    }

    /** Hears nothing of the batch within which it came. */
    private static final class Newcomer implements EpollIoHandle {
        private final Handler loop;
        private final EpollIoHandle handle;
        private final long came;

        Newcomer(Handler loop, EpollIoHandle handle) {
            this.loop = loop;
            this.handle = handle;
            this.came = loop.batch;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            if (loop.batch == came) {
                return;
            }
            boolean lasts = !((EpollIoEvent) event).ops().contains(EpollIoOps.EPOLLRDHUP);
            loop.turn.eventBegins(lasts);
            handle.handle(registration, event);
            loop.turn.eventOver();
        }

        @Override
        public FileDescriptor fd() {
            return handle.fd();
        }

        @Override
        public void registered() {
            handle.registered();
        }

        @Override
        public void unregistered() {
            handle.unregistered();
        }

        @Override
        public void close() throws Exception {
            handle.close();
        }
    }

    /** One descriptor's; used on its loop only, as Netty's channels do. */
    private static final class Registration implements IoRegistration {
        private final IoHandler netty;
        private final IoHandle handle;
        private IoRegistration current;
        private boolean out;

        Registration(IoHandler netty, IoHandle handle) throws Exception {
            this.netty = netty;
            this.handle = handle;
            this.current = netty.register(handle);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
        public <T> T attachment() {
            return current.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean none = EpollIoOps.NONE.equals(ops);
            if (out && !none && current.isValid()) {
                out = false;
                anew();
            } else if (none) {
                out = true;
            }
            return current.submit(ops);
        }

        private void anew() {
            current.cancel();
            try {
                current = netty.register(handle);
            } catch (Exception e) {
                throw new IllegalStateException("epoll: cannot register a descriptor again", e);
            }
        }

        @Override
        public boolean isValid() {
            return current.isValid();
        }

        @Override
        public boolean cancel() {
            return current.cancel();
        }
    }
}
