package io.portcullis;

/**
 * The jar's entry point. Compiled for Java 8, so that a Java too old to run Portcullis says so in one sentence instead of
 * ending in a class-version error.
 */
public final class Launcher {
    private static final int NEEDED = 25;

    private Launcher() {}

    /** Hands over to {@code Main}, or ends with status 1 where this Java is too old. */
    public static void main(String[] args) throws Exception {
        String version = System.getProperty("java.specification.version", "0");
        int feature = version.startsWith("1.") ? Integer.parseInt(version.substring(2)) : Integer.parseInt(version);
        if (feature < NEEDED) {
            System.err.println("Portcullis needs Java " + NEEDED + " or later, and this is Java " + version + " from "
                    + System.getProperty("java.home") + "; get one from https://adoptium.net.");
            System.exit(1);
        }
        Class.forName("io.portcullis.Main").getMethod("main", String[].class).invoke(null, (Object) args);
    }
}
