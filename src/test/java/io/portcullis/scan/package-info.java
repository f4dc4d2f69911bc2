/** The profile {@code testssl}: what a scanner finds. Minutes long, so not among the tests of every build. */
@org.jspecify.annotations.NullMarked
package io.portcullis.scan;
