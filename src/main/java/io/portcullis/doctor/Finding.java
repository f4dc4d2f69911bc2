package io.portcullis.doctor;

/**
 * One thing that is wrong.
 *
 * @param where the server or the line of the configuration
 * @param what the cause, in one sentence
 * @param proof what was seen
 * @param remedy what to do
 */
public record Finding(Ailment ailment, Severity severity, String where, String what, String proof, String remedy) {

    /** The same, hurting less or more. */
    Finding as(Severity other) {
        return new Finding(ailment, other, where, what, proof, remedy);
    }

    /** Whether {@code other} says the same of another place. */
    boolean saysLike(Finding other) {
        return ailment == other.ailment
                && what.equals(other.what)
                && proof.equals(other.proof)
                && remedy.equals(other.remedy);
    }
}
