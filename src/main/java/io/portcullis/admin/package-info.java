/**
 * What the admin listener answers.
 *
 * <p>Owns: its paths. Does not own: a server; it is one more {@link io.portcullis.http.ExchangeHandler} behind the same fronts.
 * Start reading at {@link io.portcullis.admin.AdminHandler}.
 */
@NullMarked
package io.portcullis.admin;

import org.jspecify.annotations.NullMarked;
