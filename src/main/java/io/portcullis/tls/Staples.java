package io.portcullis.tls;

import io.portcullis.config.TlsConfig;
import org.jspecify.annotations.Nullable;

/** What is stapled to a certificate now. Safe for any thread; never waits for a responder. */
@FunctionalInterface
public interface Staples {
    /** Staples nothing. */
    Staples NONE = credential -> null;

    /** Null where there is none that is in date. */
    @Nullable
    Staple of(Credential credential);

    /** Has ready what was kept on disk. Blocks. */
    default void prepare(Credential credential, TlsConfig.Ocsp settings) {
        // Where there is one kind of staple, or none, there is nothing to make ready.
    }
}
