/**
 * Signatures by private keys that are in another process.
 *
 * <p>Owns: both ends of asking for one, and who may ask. Does not own: certificates and handshakes (that is {@code tls}), a server or a
 * client (those are {@code listen} and {@code upstream}). Start reading at {@link io.portcullis.sign.SigningHandler}.
 */
@NullMarked
package io.portcullis.sign;

import org.jspecify.annotations.NullMarked;
