package io.portcullis.doctor;

import io.portcullis.config.BindAddress;
import io.portcullis.config.HstsConfig;
import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import io.portcullis.tls.KeyFit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the configuration itself tells, before anybody is asked. Blocks (files). */
public final class ConfigCheck {
    /** From here on a warning of {@code check} is repeated: lesser ones are risks, not ailments. */
    private static final int RISK = 3;

    private final PortcullisConfig config;

    public ConfigCheck(PortcullisConfig config) {
        this.config = config;
    }

    /**
     * Everything that can be told without asking anybody.
     *
     * @param problems what reading it and its certificates brought up
     */
    public List<Finding> check(List<Problem> problems) {
        List<Finding> found = new ArrayList<>();
        List<Problem> rest = new ArrayList<>(problems);
        for (TlsConfig.Certificate each : config.certificates()) {
            if (KeyFit.isBroken(each)) {
                found.add(Ailment.KEY_MISMATCH.at(
                        each.where().toString(),
                        "the private key does not belong to the certificate",
                        each.key() + " is not the key of " + each.chain()
                                + " (compare: openssl pkey -pubout -in KEY, openssl x509"
                                + " -pubkey -noout -in CHAIN)",
                        "name the key that the certificate was requested with, or request a certificate for this key"));
                rest.removeIf(problem -> problem.where().equals(each.where())
                        && problem.isError()
                        && problem.key().endsWith(".key"));
            }
        }
        for (Problem each : rest) {
            if (each.isError() || each.risk() >= RISK) {
                found.add(Ailment.CONFIGURATION
                        .at(
                                each.where().toString(),
                                each.message(),
                                each.key().isEmpty() ? "as read" : each.key(),
                                remedy(each))
                        .as(each.isError() ? Severity.ERROR : Severity.WARNING));
            }
        }
        plainBesideHsts(found);
        return found;
    }

    private static String remedy(Problem problem) {
        return problem.remedy().isEmpty() ? "portcullis check tells more" : problem.remedy();
    }

    /** HSTS has no port: a plain listener that serves pages beside it is out of reach for browsers. */
    private void plainBesideHsts(List<Finding> found) {
        ListenerConfig strict = config.listeners().stream()
                .filter(each -> each.tls() != null && hsts(each.tls()) != null)
                .findFirst()
                .orElse(null);
        if (strict == null) {
            return;
        }
        for (ListenerConfig each : config.listeners()) {
            if (each.tls() == null && each.routes() && each.bind().stream().anyMatch(bind -> bind.unixPath() == null)) {
                found.add(
                        Ailment.HSTS_PORTS.at(
                                each.where().toString(),
                                "listener " + each.name()
                                        + " serves pages by plain HTTP on a host with HSTS: browsers ask it for HTTPS and fail",
                                "listener " + strict.name() + " sends HSTS (tls." + strict.tls()
                                        + ".hsts), which holds for every port of" + " the host; " + each.name() + " at "
                                        + each.bind() + " has no tls",
                                "give it redirect-to-https {} or tls, let it serve other host names, or bind it to an address that no browser sees"));
            }
        }
    }

    private @Nullable HstsConfig hsts(String block) {
        TlsConfig tls = config.tls().get(block);
        return tls == null ? null : tls.hsts();
    }

    /** Another process has the port of one of our listeners. */
    public static Finding taken(BindAddress bind, String owner, @Nullable String ours, @Nullable BindAddress admin) {
        return Ailment.PORT_TAKEN.at(
                bind.toString(),
                "port " + bind.port() + " is owned by another process: " + owner,
                "/proc/net/tcp and /proc/PID/fd say that " + owner + " listens there; "
                        + (ours == null ? "no Portcullis answers at admin.bind " + admin : "Portcullis is " + ours),
                "stop " + owner + " (its unit: systemctl status PID), or let this listener have another port, at "
                        + bind.where());
    }
}
