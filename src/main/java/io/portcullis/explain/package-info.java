/**
 * Why a request goes the way it goes, told without sending it.
 *
 * <p>Owns: the question, the explanation in text and JSON, and the tests inside a configuration. Does not own: any decision; those are
 * asked of the rooms that make them. Start reading at {@link io.portcullis.explain.Explainer}.
 */
@NullMarked
package io.portcullis.explain;

import org.jspecify.annotations.NullMarked;
