package io.portcullis.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.portcullis.config.TlsConfig;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * A TLS client in process that shakes hands with a context before it is used: what the library accepted at build may still fail at the
 * first client.
 */
final class SelfTest implements AutoCloseable {
    /** Turns of both engines; a full handshake takes fewer than ten. */
    private static final int MAX_TURNS = 100;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Broad enough for every kind of key. */
    private static final TlsConfig.Policy ANY = new TlsConfig.Policy(
            "custom",
            "1.2",
            "1.3",
            List.of("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"),
            List.of("X25519", "P-256", "P-384"));

    /** Trusts any certificate: which one came is compared afterwards. */
    private final SslContext client;

    private final TlsPolicy policy;

    SelfTest(TlsPolicy policy) throws SSLException {
        this.policy = policy;
        client = policy.applyTo(SslContextBuilder.forClient())
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    /** Tries one certificate by itself, under a policy that none of ours is broader than. */
    static void alone(Credential credential) throws SSLException {
        PolicyGroup group = PolicyGroup.of("trial", new TlsConfig.Terms(ANY, null, List.of("http/1.1")), null);
        TicketKeys tickets = TicketKeys.own(Duration.ofHours(1), Clock.systemUTC());
        TlsTarget target =
                new TlsTarget(new NameClaims.Served(List.of(credential), group), tickets, Staples.NONE, wanted -> {
                    throw new IllegalStateException("key: remote (expected: one that is here)");
                });
        try (SelfTest test = new SelfTest(new TlsPolicy(ANY))) {
            test.run(target);
        } finally {
            target.release();
        }
    }

    /** What was agreed on; throws, with a sentence, where a client of the policy cannot shake hands or sees another certificate. */
    Agreement run(TlsTarget target) throws SSLException {
        SSLEngine server = target.context().newEngine(UnpooledByteBufAllocator.DEFAULT);
        // Nobody's certificate is at hand here; what clients show is tried by nobody but them.
        server.setNeedClientAuth(false);
        SSLEngine peer = peer(target);
        try {
            handshake(peer, server);
            List<Certificate> seen = List.of(peer.getSession().getPeerCertificates());
            if (target.credentials().stream()
                    .noneMatch(credential -> credential.chain().equals(seen))) {
                throw new SSLException("the self-test was given another certificate than " + target.credentials());
            }
            return Agreement.of(server);
        } finally {
            ReferenceCountUtil.release(server);
            ReferenceCountUtil.release(peer);
        }
    }

    /** BoringSSL's clients cannot be made to accept Ed25519, so the runtime's has to do; it lacks hybrid groups. */
    private SSLEngine peer(TlsTarget target) throws SSLException {
        boolean onlyEd25519 = target.credentials().stream()
                .allMatch(credential -> credential.keyType() == Credential.KeyType.ED25519);
        if (!onlyEd25519) {
            return client.newEngine(UnpooledByteBufAllocator.DEFAULT);
        }
        if (policy.groups().stream().allMatch(group -> group.contains("MLKEM"))) {
            throw new SSLException("an Ed25519 certificate alone needs X25519 or a P- group in the policy");
        }
        try {
            SSLContext runtime = SSLContext.getInstance("TLS");
            runtime.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            SSLEngine engine = runtime.createSSLEngine();
            engine.setUseClientMode(true);
            engine.setEnabledProtocols(policy.protocols().toArray(String[]::new));
            return engine;
        } catch (GeneralSecurityException e) {
            throw new SSLException(e);
        }
    }

    private static void handshake(SSLEngine client, SSLEngine server) throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        for (int turn = 0; turn < MAX_TURNS; turn++) {
            boolean clientDone = step(client, toClient, toServer);
            boolean serverDone = step(server, toServer, toClient);
            if (clientDone && serverDone) {
                return;
            }
        }
        throw new SSLException("the self-test's handshake did not end");
    }

    /** One turn of {@code engine}; true when it has nothing left to do for the handshake. */
    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        return switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> {
                engine.wrap(NOTHING.duplicate(), out);
                yield false;
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                in.flip();
                engine.unwrap(in, ByteBuffer.allocate(1 << 15));
                in.compact();
                yield false;
            }
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                yield false;
            }
            case FINISHED, NOT_HANDSHAKING -> true;
        };
    }

    @Override
    public void close() {
        ReferenceCountUtil.release(client);
    }
}
