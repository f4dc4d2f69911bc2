package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where certificates come from. May block; never called on an event loop. */
public interface CertificateSource {
    /**
     * Loads and checks one certificate.
     *
     * @param keyPath the configuration key of {@code wanted}, for example {@code tls.public.certificates[0]}
     * @param problems told of every mistake and risk, in the order found
     * @return null where at least one problem is an error
     */
    @Nullable
    Credential load(TlsConfig.Certificate wanted, String keyPath, Consumer<Problem> problems);
}
