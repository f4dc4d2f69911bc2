package io.portcullis.wire;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.portcullis.Portcullis;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** A product that only signs, which a test starts, stops and starts again at the same port; and what it writes of it. */
final class SigningProcess implements AutoCloseable {
    private static final String SIGNER =
            """
            listeners.sign {
              bind = "127.0.0.1:PORT", tls = inner
              signing { clients = [CLIENTS], keys = [ { chain = "away.pem", key = "away/away.key" } ] MORE }
            }
            tls.inner {
              certificates = [ { chain = "signer.pem", key = "signer.key" } ]
              client-certificates { ca = "ca.pem" }
            }
            access-log { format = off }
            admin.bind = "127.0.0.1:0"
            """;

    private final Path dir;
    private final int port = Ports.free();
    private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
    private final Logger auditor = (Logger) LoggerFactory.getLogger("io.portcullis.sign.Audit");
    private @Nullable Portcullis running;

    /** @param dir where its certificates lie: signer, and the authority's ca.pem */
    SigningProcess(Path dir) {
        this.dir = dir;
        auditor.setLevel(Level.INFO);
        audit.start();
        auditor.addAppender(audit);
    }

    int port() {
        return port;
    }

    /** Moves the key of {@code leaf}, which was written as {@code away}, to where only the signer looks. */
    void takeAway(TestLeaf leaf) throws IOException {
        Path folder = Files.createDirectories(dir.resolve("away"));
        Files.move(leaf.keyFile(), folder.resolve("away.key"));
    }

    /** @param clients who may ask, as in the configuration */
    void start(String clients, String more) throws Exception {
        running = Portcullis.start(written(clients, more));
    }

    void reload(String clients) throws IOException {
        written(clients, "");
        Objects.requireNonNull(running).reload();
    }

    private Path written(String clients, String more) throws IOException {
        String text = SIGNER.replace("PORT", Integer.toString(port))
                .replace("CLIENTS", clients)
                .replace("MORE", more);
        return Files.writeString(dir.resolve("signer.conf"), text);
    }

    /** Its lines so far, of signatures and refusals. */
    List<String> lines() {
        return audit.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    void stop() {
        Portcullis was = running;
        running = null;
        if (was != null) {
            was.close();
        }
    }

    @Override
    public void close() {
        auditor.detachAppender(audit);
        auditor.setLevel(null);
        stop();
    }
}
