/** What tests are written with: certificates, origins, clients. */
@NullMarked
package io.portcullis.testkit;

import org.jspecify.annotations.NullMarked;
