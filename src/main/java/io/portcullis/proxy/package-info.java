/**
 * The way of one exchange: tries, retries, answers.
 *
 * <p>Owns: {@link io.portcullis.proxy.Flight} (as long as the request) and {@link io.portcullis.proxy.Attempt} (as long as one
 * try), and the one map from failure to answer. Does not own: any wire. Start reading at
 * {@link io.portcullis.proxy.HttpProxy}.
 */
@NullMarked
package io.portcullis.proxy;

import org.jspecify.annotations.NullMarked;
