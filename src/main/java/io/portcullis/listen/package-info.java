/**
 * Bound sockets, pipelines, and the server side of each protocol.
 *
 * <p>Owns: accepting, the TLS step, the fronts that turn wire into {@link io.portcullis.http.Exchange}. Does not own: what
 * becomes of an exchange; it knows only {@link io.portcullis.http.ExchangeHandler}. Start reading at
 * {@link io.portcullis.listen.Listener}.
 */
@NullMarked
package io.portcullis.listen;

import org.jspecify.annotations.NullMarked;
