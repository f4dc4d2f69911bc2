/**
 * What Portcullis shows of itself: every meter's name and tags, the registry, the access log, the diagnostics.
 *
 * <p>Owns: names, tags and their bounds; the access log's format and its writer thread. Does not own: deciding what happened;
 * callers hand over facts. Start reading at {@link io.portcullis.telemetry.Meters}.
 */
@NullMarked
package io.portcullis.telemetry;

import org.jspecify.annotations.NullMarked;
