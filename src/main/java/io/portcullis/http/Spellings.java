package io.portcullis.http;

/** Fields by every spelling that a backend may take for their name ({@link FieldNames}). */
public final class Spellings {
    private Spellings() {}

    /** Removes from {@code fields} what may be taken for {@code name}. */
    public static void remove(Fields fields, String name) {
        if (hasOneSpelling(name)) {
            fields.remove(name);
            return;
        }
        String canonical = FieldNames.canonical(name);
        for (int i = fields.size() - 1; i >= 0; i = Math.min(i, fields.size()) - 1) {
            if (FieldNames.canonical(fields.name(i)).equals(canonical)) {
                fields.remove(fields.name(i));
            }
        }
    }

    /** Where nothing stands for {@code -}, only upper and lower case differ. */
    private static boolean hasOneSpelling(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!Character.isLetterOrDigit(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
