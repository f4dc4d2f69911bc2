package io.portcullis.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.portcullis.http.ClaimedNames;
import io.portcullis.http.Fields;
import io.portcullis.http.ForwardedFields;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.http.Spellings;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Deadline;
import io.portcullis.net.EagerSink;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import io.portcullis.net.LoopClock;
import io.portcullis.upstream.Call;
import io.portcullis.upstream.CallTaker;
import io.portcullis.upstream.Member;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One copy of a request for a mirror. It holds the body, as far as the mirror may, until that is whole, and only then asks for a
 * connection: so nothing that the mirror's endpoint does can slow down or break the request that it is a copy of.
 */
@io.portcullis.net.OnLoop
final class MirrorCopy implements CallTaker, Call.Watcher, EagerSink {
    /** Marks a copy, for those who must not act on it. */
    static final String MARK = "X-Mirror";

    private static final ClaimedNames MARKED = ClaimedNames.of(List.of(MARK));

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Mirror mirror;
    private final Loop loop;
    private final ForwardedFields own;
    private final String id;
    private final RequestHead head;
    private final Deadline deadline = new Deadline(this::late);
    private final long beganNanos = LoopClock.nanos();
    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private @Nullable Member member;
    private @Nullable Call call;
    private int status;
    private boolean sent;
    private boolean over;

    MirrorCopy(Mirror mirror, Flight flight) {
        this.mirror = mirror;
        this.loop = flight.exchange().loop();
        this.own = flight.forwarded();
        this.id = flight.id();
        RequestHead outbound = Departure.outbound(flight);
        Fields fields = outbound.fields().copy();
        Spellings.remove(fields, MARK);
        // A client must not unmark its copy by naming the mark in Connection.
        fields.addKept(MARK, "1");
        this.head = outbound.forwardedAs(outbound.target(), fields, MARKED);
    }

    /** Takes note of a chunk of the body, which it borrows. */
    void keep(ByteBuf view) {
        if (over) {
            return;
        }
        if (body.readableBytes() + view.readableBytes() > mirror.maxBody()) {
            end("body", null);
            return;
        }
        if (body.capacity() == 0) {
            body = Unpooled.buffer(view.readableBytes() * 2, Integer.MAX_VALUE);
        }
        body.writeBytes(view, view.readerIndex(), view.readableBytes());
    }

    /** The body is whole. */
    void send() {
        if (over || sent) {
            return;
        }
        sent = true;
        if (!mirror.upstream().enter()) {
            end("busy", null);
            return;
        }
        Member chosen = mirror.upstream().pick(List.of(), mirror.upstream().key(head, own.client()));
        if (chosen == null) {
            mirror.upstream().leave();
            end("unavailable", null);
            return;
        }
        member = chosen;
        mirror.upstream().began(chosen);
        deadline.in(LONGEST);
        loop.deadlines().add(deadline);
        chosen.endpoint().acquire(loop, false, this);
    }

    /** The request is over: without its whole body there is no copy. */
    void giveUp() {
        if (!sent) {
            end("aborted", null);
        }
    }

    @Override
    public boolean isGone() {
        return over;
    }

    @Override
    public void ready(Call taken) {
        if (over) {
            taken.release();
            return;
        }
        call = taken;
        ByteSink sink = taken.send(head, own, id, this);
        if (over) {
            return;
        }
        ByteBuf whole = body;
        body = Unpooled.EMPTY_BUFFER;
        if (whole.isReadable()) {
            sink.write(whole);
        }
        sink.end();
        sink.flush();
    }

    @Override
    public void refused(Failure why) {
        end("failed", why);
    }

    @Override
    public void interim(ResponseHead interim) {
        // Nobody waits for it.
    }

    @Override
    public void head(ResponseHead response, ByteSource answer) {
        status = response.status();
        if (over) {
            answer.cancel(Failure.of(FailureKind.CLIENT_GONE, "nobody waits for the response"));
        } else {
            answer.into(this);
        }
    }

    @Override
    public void failed(Failure why) {
        end("failed", why);
    }

    @Override
    public void lost(Failure why) {
        // It is no tunnel.
    }

    /** Of the answer: thrown away. */
    @Override
    public void write(ByteBuf chunk) {
        chunk.release();
    }

    @Override
    public void end() {
        end("sent", null);
    }

    @Override
    public void abort(Failure why) {
        end("failed", why);
    }

    private void late() {
        Call running = call;
        end("failed", Failure.of(FailureKind.TOTAL_TIMEOUT, "the copy took longer than " + LONGEST.toSeconds() + " s"));
        if (running != null) {
            running.cancel(Failure.of(FailureKind.TOTAL_TIMEOUT, "the copy took too long"));
        }
    }

    private void end(String result, @Nullable Failure why) {
        if (over) {
            return;
        }
        over = true;
        body.release();
        body = Unpooled.EMPTY_BUFFER;
        Member asked = member;
        if (asked != null) {
            deadline.clear();
            loop.deadlines().remove(deadline);
            asked.endpoint().meters().finished(status);
            // A kept connection that had just ended is no failure of the endpoint.
            boolean innocent =
                    why != null && why.kind() == FailureKind.UPSTREAM_CLOSED && call != null && call.isStale();
            mirror.upstream().over(asked, status, innocent ? null : why, LoopClock.nanos() - beganNanos);
            mirror.upstream().leave();
        }
        mirror.over(result);
    }
}
