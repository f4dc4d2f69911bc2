package io.portcullis.sign;

import io.portcullis.config.Problem;
import io.portcullis.config.SigningConfig;
import io.portcullis.tls.CertificateSource;
import io.portcullis.tls.Credential;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The private keys that one listener signs with. A value.
 *
 * @param byId by what proxies call them: {@link Credential#keyId}
 */
public record Keyring(SigningConfig config, Map<String, Credential> byId) {
    /** Loads and checks every key; null after an error. Blocks. */
    public static @Nullable Keyring load(
            String listener, SigningConfig config, CertificateSource source, Consumer<Problem> problems) {
        Map<String, Credential> byId = new HashMap<>();
        boolean complete = true;
        for (int i = 0; i < config.keys().size(); i++) {
            String path = "listeners." + listener + ".signing.keys[" + i + "]";
            Credential loaded = source.load(config.keys().get(i), path, problems);
            complete &= loaded != null;
            if (loaded != null) {
                byId.put(loaded.keyId(), loaded);
            }
        }
        return complete ? new Keyring(config, Map.copyOf(byId)) : null;
    }
}
