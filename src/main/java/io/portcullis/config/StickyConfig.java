package io.portcullis.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a browser at the endpoint that served it first, by a cookie.
 *
 * @param cookie its name, a token
 * @param secretFile what its values are made with, 32 characters or more; null: a secret of this process
 */
public record StickyConfig(String cookie, @Nullable Path secretFile) {}
