/**
 * Named sets of endpoints, and calls to them.
 *
 * <p>Owns: balancing, pools, dialling and the client side of an exchange. Does not own: retries, or what the client is told.
 * Start reading at {@link io.portcullis.upstream.Upstream}.
 */
@NullMarked
package io.portcullis.upstream;

import org.jspecify.annotations.NullMarked;
