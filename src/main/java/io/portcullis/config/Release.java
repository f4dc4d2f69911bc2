package io.portcullis.config;

import java.util.Objects;

/** Which version of Portcullis this is. */
public final class Release {
    private Release() {}

    /** For example {@code 0.1.0}; {@code development} where it runs from classes and not from a jar. */
    public static String name() {
        return Objects.requireNonNullElse(Release.class.getPackage().getImplementationVersion(), "development");
    }
}
