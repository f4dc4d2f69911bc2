/**
 * The protocol-neutral exchange, the RFC rules about messages, and the translation between wire and heads.
 *
 * <p>Owns: {@link io.portcullis.http.RequestHead}, {@link io.portcullis.http.ResponseHead}, framing, hop-by-hop fields,
 * forwarding fields. Does not own: sockets. Start reading at {@link io.portcullis.http.Exchange}.
 */
@NullMarked
package io.portcullis.http;

import org.jspecify.annotations.NullMarked;
