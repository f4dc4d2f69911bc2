package io.portcullis.sign;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.portcullis.net.Loop;
import io.portcullis.net.Loops;
import io.portcullis.telemetry.Meters;
import io.portcullis.tls.RemoteKeys;
import io.portcullis.upstream.Upstream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Private keys that the endpoints of an upstream hold: each signature is a request to one of them. Safe for any thread. */
public final class UpstreamKeys implements RemoteKeys {
    private final Loops loops;
    private final Function<String, @Nullable Upstream> upstreams;
    private final Meters meters;
    private final SignerTrouble trouble = new SignerTrouble(System::nanoTime);

    /** @param upstreams those in force, by name */
    public UpstreamKeys(Loops loops, Function<String, @Nullable Upstream> upstreams, Meters meters) {
        this.loops = loops;
        this.upstreams = upstreams;
        this.meters = meters;
    }

    @Override
    public Future<byte[]> sign(Wanted wanted) {
        Upstream upstream = upstreams.apply(wanted.by().upstream());
        for (Loop loop : loops.all()) {
            if (loop.isCurrent() && upstream != null) {
                SignatureCall call = new SignatureCall(
                        wanted, upstream, loop, meters.signer(wanted.by().upstream()), trouble);
                return call.begin();
            }
        }
        return ImmediateEventExecutor.INSTANCE.newFailedFuture(new SignerFailure(
                upstream == null ? "there is no upstream " + wanted.by().upstream() : "not asked on an event loop"));
    }
}
