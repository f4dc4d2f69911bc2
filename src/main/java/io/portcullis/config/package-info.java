/**
 * What the operator wrote: immutable records, and the reading and checking of the one HOCON file.
 *
 * <p>Owns: every key, its default (in {@code reference.conf}) and its {@link io.portcullis.config.Problem}s. Does not own: live
 * objects; a record never opens anything. Start reading at {@link io.portcullis.config.ConfigLoader}.
 */
@NullMarked
package io.portcullis.config;

import org.jspecify.annotations.NullMarked;
