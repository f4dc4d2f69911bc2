package io.portcullis.sign;

import java.security.SignatureException;

/** No signature came; has no stack, it is no mistake of ours. */
final class SignerFailure extends SignatureException {
    private static final long serialVersionUID = 1L;

    SignerFailure(String why) {
        super(why);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
