import java.util.Map;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;

/** Spring Cloud Gateway with one I/O thread, epoll and BoringSSL. Arguments: port, origin's port, certificate, key. */
@Configuration
@EnableAutoConfiguration
public class SpringPeer {
    private static final String GATEWAY = "spring.cloud.gateway.server.webflux.";

    public static void main(String[] args) {
        System.setProperty("reactor.netty.ioWorkerCount", "1");
        new SpringApplicationBuilder(SpringPeer.class)
                .properties(Map.of(
                        "server.address", "127.0.0.1",
                        "server.port", args[0],
                        "server.http2.enabled", "true",
                        "server.ssl.certificate", "file:" + args[2],
                        "server.ssl.certificate-private-key", "file:" + args[3],
                        "logging.level.root", "warn",
                        GATEWAY + "trusted-proxies", ".*",
                        GATEWAY + "default-filters[0]", "SetResponseHeader=Strict-Transport-Security, max-age=31536000"))
                .properties(Map.of(
                        GATEWAY + "routes[0].id", "origin",
                        GATEWAY + "routes[0].uri", "http://127.0.0.1:" + args[1],
                        GATEWAY + "routes[0].predicates[0]", "Path=/**"))
                .run();
    }
}
