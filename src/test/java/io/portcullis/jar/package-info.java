/** What can only be shown on the packed jar, as an operator starts it. */
@NullMarked
package io.portcullis.jar;

import org.jspecify.annotations.NullMarked;
