package io.portcullis.testkit;

import java.nio.file.Path;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/** Starts the product from a configuration file: all that {@link ProxyExtension} knows of it. */
@FunctionalInterface
public interface Starter {
    /** Throws what the product throws when it refuses the configuration. */
    Running start(Path config) throws Exception;

    /**
     * A started product.
     *
     * @param port the bound port of the named listener's first address
     * @param adminPort the bound port of the admin listener
     * @param reload reads the configuration file again
     * @param drain begins to drain
     * @param close ends it
     */
    record Running(ToIntFunction<String> port, IntSupplier adminPort, Action reload, Action drain, Action close) {}

    /** Something asked of the product. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }
}
