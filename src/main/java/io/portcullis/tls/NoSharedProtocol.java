package io.portcullis.tls;

import java.util.List;
import javax.net.ssl.SSLException;

/** The endpoint took none of the application protocols that were offered (RFC 7301). */
final class NoSharedProtocol extends SSLException {
    private static final long serialVersionUID = 1L;

    NoSharedProtocol(List<String> offered) {
        super("it does not speak " + String.join(" or ", offered) + " (ALPN)");
    }
}
