package io.portcullis.config;

import org.jspecify.annotations.Nullable;

/**
 * The embedded demo backend.
 *
 * @param bind where it listens for plain HTTP; null where it is {@code off}
 */
public record DemoConfig(@Nullable BindAddress bind) {}
