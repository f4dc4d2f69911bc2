package io.portcullis.config;

/** Why a text is not the value a key asks for; becomes a {@link Problem} where key and line are known. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;
    private final String remedy;

    /**
     * @param sentence what is wrong, as a sentence
     * @param remedy what to do; may be empty
     */
    Refusal(String sentence, String remedy) {
        super(sentence, null, false, false);
        this.sentence = sentence;
        this.remedy = remedy;
    }

    String sentence() {
        return sentence;
    }

    String remedy() {
        return remedy;
    }
}
