/** Real sockets, whole configurations: what clients get and what origins see. One class for each theme. */
@NullMarked
package io.portcullis.wire;

import org.jspecify.annotations.NullMarked;
