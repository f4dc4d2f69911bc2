package io.portcullis.http;

/** Fields by every spelling that a backend may take for their name ({@link FieldNames}). */
public final class Spellings {
    private Spellings() {}

    /** Removes from {@code fields} what may be taken for {@code name}. */
    public static void remove(Fields fields, String name) {
        String canonical = FieldNames.canonical(name);
        for (int i = fields.size() - 1; i >= 0; i = Math.min(i, fields.size()) - 1) {
            if (FieldNames.canonical(fields.name(i)).equals(canonical)) {
                fields.remove(fields.name(i));
            }
        }
    }
}
