package io.portcullis.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** One connected socket of either family as blocking bytes: reads have a deadline, and nothing is read before it is asked for. */
sealed interface Wire {
    /** Reads up to {@code into.length} bytes; -1 at the peer's end; {@link SocketTimeoutException} after {@code limit}. */
    int read(byte[] into, Duration limit) throws IOException;

    /** Blocks while the peer's window is closed. */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Sends FIN (and close_notify on TLS); reading goes on. */
    void halfClose() throws IOException;

    /** Closes with RST where the family has one; a Unix socket just closes. */
    void reset() throws IOException;

    void close() throws IOException;

    /** TCP, plain or TLS. */
    record Tcp(Socket socket) implements Wire {
        @Override
        public int read(byte[] into, Duration limit) throws IOException {
            socket.setSoTimeout((int) Math.max(1, limit.toMillis()));
            InputStream in = socket.getInputStream();
            return in.read(into);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes, offset, length);
            // Asked for anew it would fail where the peer's answer to these bytes was to close.
            out.flush();
        }

        @Override
        public void halfClose() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** A Unix domain socket; its channel is non-blocking, because only a selector gives it a deadline. */
    record Unix(SocketChannel channel) implements Wire {
        private static final long SLICE_MILLIS = 50;

        @Override
        public int read(byte[] into, Duration limit) throws IOException {
            long deadlineNanos = System.nanoTime() + limit.toNanos();
            ByteBuffer buffer = ByteBuffer.wrap(into);
            int n = channel.read(buffer);
            while (n == 0) {
                long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    throw new SocketTimeoutException("nothing within " + limit);
                }
                await(SelectionKey.OP_READ, leftMillis);
                n = channel.read(buffer);
            }
            return n;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                if (channel.write(buffer) == 0) {
                    await(SelectionKey.OP_WRITE, SLICE_MILLIS);
                }
            }
        }

        /** Waits in slices, because closing the channel does not wake a selector. */
        private void await(int operation, long limitMillis) throws IOException {
            try (Selector selector = Selector.open()) {
                channel.register(selector, operation);
                selector.select(Math.min(SLICE_MILLIS, limitMillis));
            }
        }

        @Override
        public void halfClose() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            channel.close();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
