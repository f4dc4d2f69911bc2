package io.portcullis.tls;

import io.netty.util.concurrent.Future;
import io.portcullis.config.TlsConfig;

/** Signs with private keys that are not in this process. Safe for any thread. */
public interface RemoteKeys {
    /**
     * What is to be signed.
     *
     * @param by who is to sign, and by when
     * @param key SHA-256 of the certificate's SubjectPublicKeyInfo, 64 hex digits in lower case
     * @param algorithm its name in RFC 8446 §4.2.3
     * @param input what is signed, not hashed yet
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares these records
    record Wanted(TlsConfig.Signer by, String key, String algorithm, byte[] input) {}

    /** Begins a signature, on the loop of the connection that needs it; never blocks. */
    Future<byte[]> sign(Wanted wanted);
}
