package io.portcullis.upstream;

import io.portcullis.config.EndpointConfig;

/**
 * An endpoint that belongs to an upstream just now.
 *
 * @param as what it is: an address, with weight and backup
 * @param from what was configured, and it came of: itself, or a name that stands for it
 */
record Wanted(EndpointConfig as, EndpointConfig from) {}
