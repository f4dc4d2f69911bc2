package io.portcullis.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading a configuration.
 *
 * @param config null where any problem is an error
 * @param problems all of them, in the order of their lines
 */
public record Loading(@Nullable PortcullisConfig config, List<Problem> problems) {}
