package io.portcullis.tls;

import java.util.Locale;

/** Why there is no OCSP answer that may be stapled; the first word is the one in log and meter. */
public enum StapleFault {
    NO_ISSUER("the issuer's certificate is not in the chain, so nobody can be asked about it"),
    UNUSABLE_ADDRESS("the certificate names no responder that is asked by plain HTTP"),
    UNREACHABLE("the responder cannot be reached"),
    TIMEOUT("the responder did not answer in time"),
    HTTP_STATUS("the responder answered with another HTTP status than 200"),
    TOO_LARGE("the responder's answer is larger than any OCSP answer"),
    MALFORMED("what came is no OCSP answer"),
    TRY_LATER("the responder wants to be asked later"),
    REFUSED("the responder refuses to answer"),
    WRONG_CERTIFICATE("the answer is about another certificate"),
    WRONG_SIGNER("the answer is signed neither by the issuer nor by a responder the issuer named"),
    STALE("the answer is out of date"),
    NOT_YET_VALID("the answer is of the future: check this machine's clock"),
    NO_NEXT_UPDATE("the answer does not say how long it holds"),
    UNKNOWN("the responder does not know the certificate"),
    REVOKED("the certificate is revoked: replace it");

    private final String sentence;

    StapleFault(String sentence) {
        this.sentence = sentence;
    }

    /** The word in log and meter. */
    public String reason() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it means, for people. */
    public String sentence() {
        return sentence;
    }

    /** Whether the responder itself withdrew what it said before: an older answer must not be stapled any more. */
    boolean overrules() {
        return this == REVOKED || this == UNKNOWN;
    }
}
