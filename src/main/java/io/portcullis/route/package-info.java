/**
 * Head in, route out.
 *
 * <p>Owns: matching and its order, and what a route does. Does not own: doing it. Start reading at
 * {@link io.portcullis.route.RouteTable}.
 */
@NullMarked
package io.portcullis.route;

import org.jspecify.annotations.NullMarked;
