package io.portcullis.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log's one thread: takes records from the queue, writes lines in batches.
 *
 * <p>{@link #offer} and the orders are safe for any thread; all else belongs to the writer's own thread. Producers never wake it, a
 * wake-up would cost them a system call: it looks by itself every {@link #IDLE_NANOS}.
 */
final class LogWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long COMPLAINT_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int BATCH_BYTES = 64 * 1024;

    /** Something to do once every line that was offered before is written. */
    private record Order(boolean reopens, CountDownLatch done) {}

    private final MpscAtomicArrayQueue<AccessRecord> queue;
    private final ConcurrentLinkedQueue<Order> orders = new ConcurrentLinkedQueue<>();
    private final LineFormat format;
    private final LogFile file;
    private final AccessLogMeters meters;
    private final LongSupplier nanoClock;
    private final LineBuffer buffer = new LineBuffer(2 * BATCH_BYTES);
    private final Thread thread;
    private volatile boolean closing;

    private int lines;
    /** The last thing in the file is a piece of a line. */
    private boolean torn;

    private long lost;
    private long complainedAt;

    LogWriter(int capacity, LineFormat format, LogFile file, AccessLogMeters meters, LongSupplier nanoClock) {
        queue = new MpscAtomicArrayQueue<>(capacity);
        this.format = format;
        this.file = file;
        this.meters = meters;
        this.nanoClock = nanoClock;
        complainedAt = nanoClock.getAsLong() - COMPLAINT_NANOS;
        thread = Thread.ofPlatform().daemon().name("access-log").unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Whether there was a place in the queue. */
    boolean offer(AccessRecord record) {
        return !closing && queue.offer(record);
    }

    /** Gives an order; it is done, or too late, when the latch is at 0. */
    CountDownLatch order(boolean reopens) {
        CountDownLatch done = new CountDownLatch(1);
        orders.add(new Order(reopens, done));
        LockSupport.unpark(thread);
        if (!thread.isAlive()) {
            done.countDown();
        }
        return done;
    }

    /** Takes no more records; the thread, which is returned, ends when all are written. */
    Thread close() {
        closing = true;
        LockSupport.unpark(thread);
        return thread;
    }

    @Override
    public void run() {
        boolean last = false;
        while (!last) {
            // Both are read before the queue is drained, so that whatever was offered before them is written first.
            last = closing;
            Order order = orders.poll();
            int drained = drain();
            if (order != null) {
                obey(order);
                last = false;
            } else if (drained == 0 && !last) {
                LockSupport.parkNanos(this, IDLE_NANOS);
            }
        }
        end();
    }

    /** Writes what is in the queue now; not more than fits into it, or a busy producer would keep orders waiting. */
    private int drain() {
        int most = queue.capacity();
        int taken = 0;
        while (taken < most) {
            AccessRecord record = queue.poll();
            if (record == null) {
                break;
            }
            taken++;
            append(record);
            if (buffer.size() >= BATCH_BYTES) {
                writeOut();
            }
        }
        writeOut();
        return taken;
    }

    private void append(AccessRecord record) {
        int mark = buffer.size();
        try {
            format.append(record, buffer);
            lines++;
        } catch (RuntimeException mistake) {
            buffer.truncate(mark);
            failed(1, "a line could not be formatted: " + mistake);
        }
    }

    private void writeOut() {
        if (buffer.size() == 0) {
            return;
        }
        ByteBuffer view = buffer.view();
        try {
            if (torn) {
                file.write(ByteBuffer.wrap(new byte[] {'\n'}));
                torn = false;
            }
            file.write(view);
            meters.written(lines);
            recovered();
        } catch (IOException e) {
            int missing = lines(view);
            torn |= view.position() > 0 && view.get(view.position() - 1) != '\n';
            meters.written(lines - missing);
            failed(missing, "cannot write to " + file + ": " + e.getMessage());
        } finally {
            buffer.truncate(0);
            lines = 0;
        }
    }

    private static int lines(ByteBuffer bytes) {
        int count = 0;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            count += bytes.get(i) == '\n' ? 1 : 0;
        }
        return count;
    }

    private void failed(int missing, String why) {
        meters.failed(missing);
        lost += missing;
        long now = nanoClock.getAsLong();
        if (now - complainedAt >= COMPLAINT_NANOS) {
            complainedAt = now;
            LOG.error("access log: {} ({} lines lost so far)", why, lost);
        }
    }

    private void recovered() {
        if (lost > 0) {
            LOG.info("access log: writing to {} again, {} lines were lost", file, lost);
            lost = 0;
        }
    }

    private void obey(Order order) {
        try {
            if (order.reopens) {
                file.reopen();
                torn = false;
            }
        } catch (IOException e) {
            LOG.error("access log: {}; the file that was open stays in use", AccessLog.reason(file.toString(), e));
        } finally {
            order.done.countDown();
        }
    }

    /** The last thing: nobody else takes from the queue, so a record that slipped in while closing is seen here. */
    private void end() {
        while (queue.poll() != null) {
            meters.dropped();
        }
        for (Order order = orders.poll(); order != null; order = orders.poll()) {
            order.done.countDown();
        }
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("access log: closing {}: {}", file, e.getMessage());
        }
    }
}
