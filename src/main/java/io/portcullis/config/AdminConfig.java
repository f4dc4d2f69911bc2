package io.portcullis.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The admin listener: metrics, health, reload.
 *
 * @param bind null where it is {@code off}; loopback by default
 * @param tokenFile holds the secret that actions ask for; null: nothing can be done but to reload
 */
public record AdminConfig(@Nullable BindAddress bind, @Nullable Path tokenFile) {}
