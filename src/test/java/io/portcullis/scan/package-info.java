/** The profile {@code testssl}: what a scanner finds. Minutes long, so not among the tests of every build. */
@NullMarked
package io.portcullis.scan;

import org.jspecify.annotations.NullMarked;
