/**
 * What tests stand on: raw clients and origins that show every byte, conditions instead of sleeps, outside programs, and the
 * gates that fail a run which leaked or left an exchange in flight.
 *
 * <p>Owns: everything a test needs that is not the product. Does not own: what is true about the product; a class here never
 * imports a room. Start reading at {@link io.portcullis.testkit.ProxyExtension}.
 */
@NullMarked
package io.portcullis.testkit;

import org.jspecify.annotations.NullMarked;
