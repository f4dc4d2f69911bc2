package io.portcullis.config;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.net.URL;

/**
 * Every form of {@code include} in one file, as one question. The library's own includer passes over a missing file without a
 * word, looks on the class path too and would fetch a URL.
 *
 */
record Includer(Inclusion inclusion)
        implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    /** Gives the content of what was included. */
    @FunctionalInterface
    interface Inclusion {
        ConfigObject include(String name, boolean remote);
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        return inclusion.include(what, false);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        return inclusion.include(what.getPath(), false);
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
        return inclusion.include(what.toString(), true);
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
        return inclusion.include(what, true);
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return this;
    }
}
