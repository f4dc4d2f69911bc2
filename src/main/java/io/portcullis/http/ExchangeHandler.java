package io.portcullis.http;

/** What becomes of an exchange: the joint between the fronts and everything behind them. */
public interface ExchangeHandler {
    /** Takes over {@code exchange}; called on its loop, which must not be blocked. */
    void handle(Exchange exchange);
}
