package io.portcullis.config;

import io.portcullis.config.UpstreamConfig.EndpointAddress;

/**
 * One backend of an upstream.
 *
 * @param weight its share beside the others', 1 to 256
 * @param backup whether it is used only where no other is available
 */
public record EndpointConfig(EndpointAddress address, int weight, boolean backup) {
    /** One like any other. */
    public static EndpointConfig of(EndpointAddress address) {
        return new EndpointConfig(address, 1, false);
    }
}
