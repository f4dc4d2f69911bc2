package io.portcullis.config;

import io.portcullis.config.UpstreamConfig.EndpointAddress;

/**
 * One backend of an upstream.
 *
 * @param weight its share beside the others', 1 to 256
 * @param backup 0: it serves; 1 to 9: it is asked only where none of a lower number is available
 */
public record EndpointConfig(EndpointAddress address, int weight, int backup) {
    /** The last of all groups. */
    public static final int LAST_BACKUP = 9;

    /** One like any other. */
    public static EndpointConfig of(EndpointAddress address) {
        return new EndpointConfig(address, 1, 0);
    }

    /** Whether others come before it. */
    public boolean isBackup() {
        return backup > 0;
    }
}
