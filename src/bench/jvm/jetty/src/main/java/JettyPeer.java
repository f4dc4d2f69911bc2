import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Jetty's reverse proxy handler with one acceptor and one selector on each side. Arguments: port, origin's port, PKCS #12 file with the
 * password {@code bench}.
 */
public final class JettyPeer {
    public static void main(String[] args) throws Exception {
        Server server = new Server();
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        SecureRequestCustomizer secure = new SecureRequestCustomizer(false);
        secure.setStsMaxAge(31_536_000);
        http.addCustomizer(secure);
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStorePath(args[2]);
        tls.setKeyStorePassword("bench");
        ServerConnector connector = new ServerConnector(
                server,
                1,
                1,
                new SslConnectionFactory(tls, alpn.getProtocol()),
                alpn,
                new HTTP2ServerConnectionFactory(http),
                http1);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(args[0]));
        server.addConnector(connector);
        server.setHandler(new Reverse(Integer.parseInt(args[1])));
        server.start();
    }

    private static final class Reverse extends ProxyHandler.Reverse {
        Reverse(int origin) {
            super(request -> HttpURI.build(request.getHttpURI()).scheme("http").host("127.0.0.1").port(origin));
        }

        @Override
        protected HttpClient newHttpClient() {
            ClientConnector connector = new ClientConnector();
            connector.setSelectors(1);
            HttpClient client = new HttpClient(new HttpClientTransportDynamic(connector));
            client.setExecutor(getServer().getThreadPool());
            client.setMaxConnectionsPerDestination(512);
            return client;
        }

        @Override
        protected void addProxyHeaders(Request client, org.eclipse.jetty.client.Request toOrigin) {
            toOrigin.headers(fields -> fields.put("X-Forwarded-For", Request.getRemoteAddr(client))
                    .put("X-Forwarded-Proto", "https"));
        }
    }
}
