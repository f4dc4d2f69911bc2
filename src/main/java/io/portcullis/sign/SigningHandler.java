package io.portcullis.sign;

import io.portcullis.config.SigningConfig;
import io.portcullis.http.Exchange;
import io.portcullis.http.ExchangeHandler;
import io.portcullis.http.RequestHead;
import io.portcullis.http.WholeAnswer;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Peer;
import io.portcullis.net.TlsFacts;
import io.portcullis.telemetry.ListenerMeters;
import io.portcullis.tls.Credential;
import io.portcullis.tls.SignatureAlgorithm;
import java.security.GeneralSecurityException;
import java.util.Collections;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs for proxies that show an allowed certificate, and writes a line for each signature and each refusal (logger {@code
 * io.portcullis.sign.Audit}). Safe for any thread.
 *
 * <p>Who may ask, for what, is looked up for each request: a reload that takes a proxy from the list holds for its open connections.
 */
public final class SigningHandler implements ExchangeHandler {
    private static final Logger AUDIT = LoggerFactory.getLogger("io.portcullis.sign.Audit");

    /** How a request for a signature ended; the status says it to the proxy. */
    private enum Result {
        SIGNED(200),
        BAD_REQUEST(400),
        CLIENT_REFUSED(403),
        UNKNOWN_KEY(404),
        ALGORITHM_REFUSED(422),
        /** What is to be signed is nothing that a handshake has signed. */
        INPUT_REFUSED(422),
        BUSY(503),
        FAILED(500);

        private final int status;

        Result(int status) {
            this.status = status;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What was asked for and may be had. */
    private record Order(Credential key, SignatureAlgorithm algorithm, Peer from, TlsFacts.Client client) {}

    private final Supplier<Keyring> keyring;
    private final ListenerMeters meters;
    private final Executor worker;
    private final AtomicInteger inFlight = new AtomicInteger();

    /** @param worker signs */
    public SigningHandler(Supplier<Keyring> keyring, ListenerMeters meters, Executor worker) {
        this.keyring = keyring;
        this.meters = meters;
        this.worker = worker;
        meters.signs();
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead head = exchange.head();
        Keyring keys = keyring.get();
        Peer from = exchange.client().peer();
        TlsFacts.Client client = from.tls() == null ? null : from.tls().client();
        String wanted = String.valueOf(head.fields().first(Terms.ALGORITHM));
        SignatureAlgorithm algorithm = SignatureAlgorithm.named(wanted);
        Credential key = keys.byId().get(String.valueOf(head.fields().first(Terms.KEY)));
        if (exchange.fault() != null
                || !head.method().equals("POST")
                || !head.path().equals(Terms.PATH)
                || head.bodyLength() < 1
                || head.bodyLength() > Terms.MOST_INPUT) {
            refuse(exchange, Result.BAD_REQUEST, client);
        } else if (client == null || !isAllowed(keys.config(), client)) {
            refuse(exchange, Result.CLIENT_REFUSED, client);
        } else if (key == null) {
            refuse(exchange, Result.UNKNOWN_KEY, client);
        } else if (algorithm == null
                || !keys.config().algorithms().contains(algorithm.text())
                || !algorithm.fits(key.keyType())) {
            refuse(exchange, Result.ALGORITHM_REFUSED, client);
        } else {
            Order order = new Order(key, algorithm, from, client);
            exchange.body().into(new SmallBody(Terms.MOST_INPUT, input -> sign(exchange, order, input)));
        }
    }

    private static boolean isAllowed(SigningConfig config, TlsFacts.Client client) {
        return !Collections.disjoint(config.clients(), client.names());
    }

    private void sign(Exchange exchange, Order order, byte @Nullable [] input) {
        if (exchange.isOver()) {
            return;
        }
        if (input == null || !HandshakeInput.isOne(input)) {
            answer(exchange, Result.INPUT_REFUSED, order.client()).send(exchange);
        } else if (inFlight.incrementAndGet() > keyring.get().config().maxInFlight()) {
            inFlight.decrementAndGet();
            answer(exchange, Result.BUSY, order.client()).send(exchange);
        } else {
            meters.signatureBegan();
            WholeAnswer.later(exchange, worker, () -> signed(exchange, order, input));
        }
    }

    private WholeAnswer signed(Exchange exchange, Order order, byte[] input) {
        try {
            byte[] signature =
                    order.algorithm().sign(Objects.requireNonNull(order.key().key()), input);
            meters.signature(Result.SIGNED.word());
            AUDIT.info(
                    "signed by {} with the key of {} ({}) for {} at {}",
                    order.algorithm().text(),
                    order.key().source().chain(),
                    order.key().keyId(),
                    order.client().subject(),
                    order.from().address());
            return WholeAnswer.of(Result.SIGNED.status, Terms.CONTENT_TYPE, signature);
        } catch (GeneralSecurityException e) {
            AUDIT.warn("the key of {} cannot sign: {}", order.key().source().chain(), e.getMessage());
            return answer(exchange, Result.FAILED, order.client());
        } finally {
            meters.signatureEnded();
            inFlight.decrementAndGet();
        }
    }

    private void refuse(Exchange exchange, Result why, TlsFacts.@Nullable Client client) {
        exchange.body().cancel(Failure.of(FailureKind.CLIENT_GONE, "a refused request for a signature is not read"));
        answer(exchange, why, client).send(exchange);
    }

    private WholeAnswer answer(Exchange exchange, Result why, TlsFacts.@Nullable Client client) {
        meters.signature(why.word());
        AUDIT.warn(
                "signed nothing for {} at {}: {}",
                client == null ? "somebody without a certificate" : client.subject(),
                exchange.client().peer().address(),
                why.word());
        return WholeAnswer.of(why.status, "text/plain", why.word() + "\n");
    }
}
