package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.portcullis.config.RuntimeConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

/** The kernel has what was written. */
class TcpOptionsTest {
    private static final TcpOptions OPTIONS =
            new TcpOptions(Duration.ofMillis(6500), Duration.ofSeconds(3), 4, Duration.ofMillis(1500));

    private interface Look {
        void at(Channel channel) throws Exception;
    }

    private static void connected(RuntimeConfig.Transport transport, TcpOptions options, Look look) throws Exception {
        try (Loops loops = Loops.start(new RuntimeConfig(transport, 1));
                ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Bootstrap bootstrap = new Bootstrap()
                    .group(loops.group())
                    .channel(loops.channels().client())
                    .handler(new ChannelInboundHandlerAdapter());
            options.on(bootstrap, loops.channels());
            Channel channel =
                    bootstrap.connect(door.getLocalSocketAddress()).sync().channel();
            look.at(channel);
            channel.close().sync();
        }
    }

    private static int option(Channel channel, ChannelOption<Integer> option) {
        return channel.config().getOption(option);
    }

    @Test
    void epollSetsEveryOne() throws Exception {
        connected(RuntimeConfig.Transport.EPOLL, OPTIONS, channel -> {
            assertThat(option(channel, EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(7);
            assertThat(option(channel, EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(3);
            assertThat(option(channel, EpollChannelOption.TCP_KEEPCNT)).isEqualTo(4);
            assertThat(option(channel, EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(1500);
        });
    }

    @Test
    void nioSetsWhatTheJdkKnows() throws Exception {
        connected(RuntimeConfig.Transport.NIO, OPTIONS, channel -> {
            assertThat(option(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)))
                    .isEqualTo(7);
            assertThat(option(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)))
                    .isEqualTo(3);
            assertThat(option(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)))
                    .isEqualTo(4);
        });
    }

    @Test
    void offLeavesTheSystemsValues() throws Exception {
        TcpOptions none = new TcpOptions(Duration.ZERO, Duration.ZERO, 0, Duration.ZERO);
        connected(RuntimeConfig.Transport.EPOLL, none, channel -> {
            assertThat(option(channel, EpollChannelOption.TCP_USER_TIMEOUT)).isZero();
            assertThat(option(channel, EpollChannelOption.TCP_KEEPIDLE)).isGreaterThan(60);
        });
    }
}
