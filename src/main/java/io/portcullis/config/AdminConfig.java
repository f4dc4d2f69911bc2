package io.portcullis.config;

import org.jspecify.annotations.Nullable;

/**
 * The admin listener: metrics, health, reload.
 *
 * @param bind null where it is {@code off}; loopback by default
 */
public record AdminConfig(@Nullable BindAddress bind) {}
