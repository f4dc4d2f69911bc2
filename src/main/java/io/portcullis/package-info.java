/**
 * The root: command line, wiring, life cycle, reload.
 *
 * <p>Owns: {@link io.portcullis.Assembly} (configuration to {@link io.portcullis.Snapshot}) and {@link io.portcullis.Portcullis}
 * (one running process). Start reading at {@link io.portcullis.Portcullis}.
 */
@NullMarked
package io.portcullis;

import org.jspecify.annotations.NullMarked;
