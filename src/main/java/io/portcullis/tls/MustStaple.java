package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Certificates that strict clients refuse without a staple (RFC 7633), where there is none. */
final class MustStaple {
    private MustStaple() {}

    static void warn(TlsConfig block, Credential credential, @Nullable Staple staple, Consumer<Problem> problems) {
        if (staple != null && block.ocsp().stapling() || !StapleQuestion.mustStaple(credential.leaf())) {
            return;
        }
        String key = "tls." + block.name() + ".ocsp";
        String demand = "the certificate in " + credential.source().chain() + " must be stapled (RFC 7633), ";
        if (!StapleQuestion.namesResponder(credential.leaf())) {
            problems.accept(warning(
                    5,
                    credential,
                    key,
                    demand + "but names no OCSP responder: strict clients refuse it",
                    "have it issued again without must-staple"));
        } else if (!block.ocsp().stapling()) {
            problems.accept(warning(
                    5,
                    credential,
                    key,
                    demand + "but stapling is off: strict clients refuse it",
                    "write ocsp { stapling = on }"));
        } else {
            problems.accept(warning(
                    4,
                    credential,
                    key,
                    demand + "and there is no staple at hand: strict clients refuse it until one is fetched",
                    block.ocsp().cacheDir() == null
                            ? "write ocsp { cache-dir = … }: staples are then there from the start"
                            : "see to it that the responder can be reached"));
        }
    }

    private static Problem warning(int risk, Credential credential, String key, String message, String remedy) {
        return Problem.warning(risk, credential.source().where(), key, message, remedy);
    }
}
