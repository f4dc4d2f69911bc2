import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;

/** Vert.x's reverse proxy with one event loop, epoll and BoringSSL. Arguments: port, origin's port, certificate, key. */
public final class VertxPeer {
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        if (!vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException("no epoll", vertx.unavailableNativeTransportCause());
        }
        HttpProxy proxy = HttpProxy.reverseProxy(vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(512)));
        proxy.origin(Integer.parseInt(args[1]), "127.0.0.1").addInterceptor(new Fields());
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(Integer.parseInt(args[0]))
                .setSsl(true)
                .setUseAlpn(true)
                .setSslEngineOptions(new OpenSSLEngineOptions())
                .setKeyCertOptions(new PemKeyCertOptions().setCertPath(args[2]).setKeyPath(args[3]));
        vertx.createHttpServer(options).requestHandler(proxy).listen().onFailure(why -> {
            why.printStackTrace();
            System.exit(1);
        });
    }

    private static final class Fields implements ProxyInterceptor {
        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            HttpServerRequest client = context.request().proxiedRequest();
            context.request()
                    .putHeader("X-Forwarded-For", client.remoteAddress().hostAddress())
                    .putHeader("X-Forwarded-Proto", "https");
            return context.sendRequest();
        }

        @Override
        public Future<Void> handleProxyResponse(ProxyContext context) {
            // It would pass the origin's "Connection: keep-alive" on, which HTTP/2 clients refuse (RFC 9113 §8.2.2).
            context.response().headers().remove("Connection");
            context.response().putHeader("Strict-Transport-Security", "max-age=31536000");
            return context.sendResponse();
        }
    }
}
