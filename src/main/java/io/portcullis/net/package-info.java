/**
 * Event loops, addresses, deadlines and bytes in motion.
 *
 * <p>Owns: the choice of transport, {@link io.portcullis.net.ByteSource} and {@link io.portcullis.net.ByteSink} with the
 * {@link io.portcullis.net.Pump} between them, and {@link io.portcullis.net.Failure}, the value that says why motion ended
 * early. Does not own: any protocol. Start reading at {@link io.portcullis.net.Pump}.
 */
@NullMarked
package io.portcullis.net;

import org.jspecify.annotations.NullMarked;
