/** The soak: good and bad clients against good and bad backends for minutes, and what is left of it afterwards. Start at {@link io.portcullis.soak.Soak}. */
@NullMarked
package io.portcullis.soak;

import org.jspecify.annotations.NullMarked;
