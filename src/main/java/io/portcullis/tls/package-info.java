/**
 * Certificates and TLS contexts.
 *
 * <p>Owns: where certificates come from and whether they are fit, which one a name gets, what is stapled to it, what a policy means. Does not
 * own: the handshake's place in a pipeline (that is {@code listen}). Start reading at {@link io.portcullis.tls.ServerTls}.
 */
@NullMarked
package io.portcullis.tls;

import org.jspecify.annotations.NullMarked;
