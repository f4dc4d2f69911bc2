/**
 * What is wrong with a server, with proof and remedy.
 *
 * <p>Owns: probes that ask as a client would, and the findings they come to. Does not own: what a certificate is worth ({@code tls}), what
 * a configuration means ({@code config}), printing (the root). Everything blocks, within a time limit. Start reading at
 * {@link io.portcullis.doctor.Doctor}.
 */
@NullMarked
package io.portcullis.doctor;

import org.jspecify.annotations.NullMarked;
