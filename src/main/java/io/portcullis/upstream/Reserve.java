package io.portcullis.upstream;

import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.Loop;
import java.time.Duration;

/**
 * One loop's part of the connections that are kept open to one endpoint, whether somebody needs them or not.
 *
 * <p>It looks once a second, so that connections which an endpoint closes at once are made anew at that pace at most; where one cannot be
 * made it looks after 2 s, 4 s … 30 s. An endpoint that is left out or drained is left alone.
 */
@io.portcullis.net.OnLoop
final class Reserve implements CallTaker {
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Loop loop;
    private final int least;
    private final Deadline deadline = new Deadline(this::look);
    private volatile Member member;
    private Duration wait = PACE;
    private boolean failing;
    private boolean over;

    /** @param least connections, 1 or more */
    Reserve(Member member, Loop loop, int least) {
        this.member = member;
        this.loop = loop;
        this.least = least;
    }

    Loop loop() {
        return loop;
    }

    /** What is known of its endpoint from now on; from any thread. */
    void member(Member now) {
        member = now;
    }

    void begin() {
        loop.deadlines().add(deadline);
        look();
    }

    void end() {
        over = true;
        deadline.clear();
        loop.deadlines().remove(deadline);
    }

    private void look() {
        Member now = member;
        failing = false;
        deadline.in(PACE);
        boolean asked = now.health().isAvailable() && !now.isDrained();
        if (asked && now.endpoint().keep(loop, least, this)) {
            wait = PACE;
        }
    }

    @Override
    public boolean isForLater() {
        return true;
    }

    @Override
    public boolean isGone() {
        return over;
    }

    @Override
    public void ready(Call call) {
        call.release();
    }

    /** Several may fail together: they are one failure. */
    @Override
    public void refused(Failure why) {
        if (!failing) {
            failing = true;
            wait = wait.multipliedBy(2).compareTo(LONGEST) < 0 ? wait.multipliedBy(2) : LONGEST;
            deadline.in(wait);
        }
    }
}
