import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.SetHeaderHandler;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Undertow's proxy handler, which adds the X-Forwarded fields by itself, with one I/O thread. Arguments: port, origin's port, PKCS #12
 * file with the password {@code bench}.
 */
public final class UndertowPeer {
    public static void main(String[] args) throws Exception {
        // A host's pool is made with the numbers that are set before the host is added.
        LoadBalancingProxyClient origin = new LoadBalancingProxyClient()
                .setConnectionsPerThread(512)
                .addHost(URI.create("http://127.0.0.1:" + args[1]));
        ProxyHandler proxy = ProxyHandler.builder().setProxyClient(origin).build();
        Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(1)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .addHttpsListener(Integer.parseInt(args[0]), "127.0.0.1", tls(Path.of(args[2])))
                .setHandler(new SetHeaderHandler(proxy, "Strict-Transport-Security", "max-age=31536000"))
                .build()
                .start();
    }

    private static SSLContext tls(Path file) throws Exception {
        char[] password = "bench".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
