package io.portcullis.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import io.portcullis.config.HealthConfig;
import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.ForwardedFields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.EagerSink;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One check of one endpoint. A request goes the way that all requests go to it, by its pool: what is checked is what is used, and a
 * connection is made only where none is kept.
 */
@io.portcullis.net.OnLoop
final class Probe implements CallTaker, Call.Watcher, EagerSink {
    /** Bytes of an answer that are looked at. */
    private static final int MOST_BYTES = 64 * 1024;

    /** What one check says. */
    enum Finding {
        PASSED,
        FAILED,
        /** Nothing: every connection to the endpoint is in use, so that there was none to ask by. */
        NONE
    }

    /** Hears what came of it, once, unless it is cancelled before. */
    interface Hearer {
        void heard(Probe from, Finding finding, String why);
    }

    private final HealthConfig.Check config;
    private final Endpoint endpoint;
    private final Loop loop;
    private final Hearer hearer;
    private final StringBuilder text = new StringBuilder();
    private @Nullable Call call;
    private @Nullable ByteSource body;
    private @Nullable ResponseHead answer;
    private int status;
    private int bytes;
    private boolean again;
    private boolean heard;
    private boolean over;

    Probe(HealthConfig.Check config, Endpoint endpoint, Loop loop, Hearer hearer) {
        this.config = config;
        this.endpoint = endpoint;
        this.loop = loop;
        this.hearer = hearer;
    }

    void begin() {
        switch (config.by()) {
            case HTTP, GRPC -> endpoint.acquire(loop, false, this);
            case TCP -> {
                ChannelFuture touched = endpoint.connector().touch(loop);
                touched.addListener(done -> {
                    touched.channel().close();
                    connected(done, "it takes connections");
                });
            }
            case TLS ->
                endpoint.connector()
                        .dial(loop, new ChannelInboundHandlerAdapter())
                        .addListener((Future<Channel> done) -> {
                            if (done.isSuccess()) {
                                done.getNow().close();
                            }
                            connected(done, "it shakes hands");
                        });
        }
    }

    private void connected(Future<?> done, String well) {
        if (done.isSuccess()) {
            conclude(Finding.PASSED, well);
        } else {
            conclude(Finding.FAILED, endpoint.connector().failure(done.cause()).detail());
        }
    }

    void cancel() {
        heard = true;
        if (!over) {
            over = true;
            if (call != null) {
                call.cancel(Failure.of(FailureKind.CLIENT_GONE, "the check is over"));
            }
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
        boolean grpc = config.by() == HealthConfig.Check.By.GRPC;
        String method = grpc ? "POST" : "GET";
        RequestTarget target = RequestTarget.parse(method, grpc ? GrpcHealth.PATH : config.path());
        ByteBuf message = grpc ? GrpcHealth.request(config.service()) : Unpooled.EMPTY_BUFFER;
        Authority host = config.host() == null ? null : Authority.parse(config.host());
        RequestHead head = new RequestHead(
                method,
                target == null ? new RequestTarget("/", null, null) : target,
                host == null ? Authority.NONE : host,
                grpc ? GrpcHealth.fields() : Fields.create().add("user-agent", "portcullis-check"),
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                message.readableBytes());
        ForwardedFields none = new ForwardedFields("", "", "", Protocol.HTTP_1_1, List.of(), AsciiString.EMPTY_STRING);
        ByteSink sink = taken.send(head, none, "check", this);
        if (grpc) {
            sink.write(message);
        }
        sink.end();
    }

    @Override
    public void refused(Failure why) {
        over = true;
        conclude(why.kind() == FailureKind.NO_FREE_CONNECTION ? Finding.NONE : Finding.FAILED, why.detail());
    }

    @Override
    public void interim(ResponseHead head) {
        // Not the answer.
    }

    @Override
    public void head(ResponseHead head, ByteSource source) {
        status = head.status();
        answer = head;
        body = source;
        if (status < config.minStatus() || status > config.maxStatus()) {
            conclude(Finding.FAILED, "it answered " + status);
        }
        source.into(this);
    }

    /** A kept connection may have been closed just before: that says nothing, a new one does. */
    @Override
    public void failed(Failure why) {
        boolean stale = call != null && call.reused() && why.kind() == FailureKind.UPSTREAM_CLOSED;
        if (stale && !again && !over) {
            again = true;
            endpoint.acquire(loop, true, this);
        } else {
            over = true;
            conclude(Finding.FAILED, why.detail());
        }
    }

    @Override
    public void lost(Failure why) {
        // Of tunnels only.
    }

    @Override
    public void write(ByteBuf chunk) {
        bytes += chunk.readableBytes();
        if ((config.body() != null || config.by() == HealthConfig.Check.By.GRPC) && bytes <= MOST_BYTES) {
            text.append(chunk.toString(StandardCharsets.ISO_8859_1));
        }
        chunk.release();
        if (bytes > MOST_BYTES && !over) {
            over = true;
            conclude();
            if (body != null) {
                body.cancel(Failure.of(FailureKind.CLIENT_GONE, "the check has seen enough"));
            }
        }
    }

    @Override
    public void end() {
        over = true;
        conclude();
    }

    @Override
    public void abort(Failure why) {
        over = true;
        conclude(Finding.FAILED, why.detail());
    }

    private void conclude() {
        if (config.by() == HealthConfig.Check.By.GRPC && answer != null) {
            String wrong = GrpcHealth.wrong(answer, text);
            conclude(wrong == null ? Finding.PASSED : Finding.FAILED, wrong == null ? "it says SERVING" : wrong);
            return;
        }
        String wanted = config.body();
        // Bytes are compared: both sides as ISO 8859-1, in which every byte is a character.
        boolean found = wanted == null
                || text.indexOf(new String(wanted.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)) >= 0;
        if (found) {
            conclude(Finding.PASSED, "it answered " + status);
        } else {
            conclude(Finding.FAILED, "it answered " + status + ", without the text that is asked for");
        }
    }

    private void conclude(Finding finding, String why) {
        if (!heard) {
            heard = true;
            hearer.heard(this, finding, why);
        }
    }
}
