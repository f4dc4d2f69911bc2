package io.portcullis.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * What TCP does by itself to notice that nobody is there; zero, or 0, leaves the system's value.
 *
 * @param idle silence before the first probe, in whole seconds
 * @param interval between two probes, in whole seconds
 * @param count probes without an answer that end the connection
 * @param userTimeout how long bytes may stay unacknowledged; epoll and io_uring only, the JDK has no such option
 */
public record TcpOptions(Duration idle, Duration interval, int count, Duration userTimeout) {
    private record Kinds(
            ChannelOption<Integer> idle,
            ChannelOption<Integer> interval,
            ChannelOption<Integer> count,
            @Nullable ChannelOption<Integer> userTimeout) {}

    /** Sets them on the connections that {@code bootstrap} makes. */
    public void on(Bootstrap bootstrap, Loops.Channels channels) {
        Kinds kinds = kinds(channels);
        set(bootstrap, kinds.idle(), seconds(idle));
        set(bootstrap, kinds.interval(), seconds(interval));
        set(bootstrap, kinds.count(), count);
        if (kinds.userTimeout() != null) {
            set(bootstrap, kinds.userTimeout(), (int) userTimeout.toMillis());
        }
    }

    private static int seconds(Duration time) {
        return (int) time.plusMillis(999).toSeconds();
    }

    private static void set(Bootstrap bootstrap, ChannelOption<Integer> option, int value) {
        if (value > 0) {
            bootstrap.option(option, value);
        }
    }

    private static Kinds kinds(Loops.Channels channels) {
        return switch (channels.name()) {
            case "epoll" ->
                new Kinds(
                        EpollChannelOption.TCP_KEEPIDLE,
                        EpollChannelOption.TCP_KEEPINTVL,
                        EpollChannelOption.TCP_KEEPCNT,
                        EpollChannelOption.TCP_USER_TIMEOUT);
            case "io_uring" ->
                new Kinds(
                        IoUringChannelOption.TCP_KEEPIDLE,
                        IoUringChannelOption.TCP_KEEPINTVL,
                        IoUringChannelOption.TCP_KEEPCNT,
                        IoUringChannelOption.TCP_USER_TIMEOUT);
            default ->
                new Kinds(
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
                        null);
        };
    }
}
