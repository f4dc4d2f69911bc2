package io.portcullis.doctor;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which addresses of a server answer, and how those fail that do not. */
final class PortCheck {
    private final Patient patient;
    private final List<InetAddress> open = new ArrayList<>();
    private final List<String> looked = new ArrayList<>();

    PortCheck(Patient patient) {
        this.patient = patient;
    }

    /** Those that let themselves be connected to; after {@link #check}. */
    List<InetAddress> open() {
        return open;
    }

    /** What could not be looked at; after {@link #check}. */
    List<String> looked() {
        return looked;
    }

    List<Finding> check() {
        List<Finding> found = new ArrayList<>();
        for (InetAddress address : patient.addresses()) {
            try (Line line = Line.dial(address, patient.port(), patient.patience())) {
                open.add(address);
            } catch (SocketTimeoutException e) {
                found.add(filtered(address));
            } catch (IOException e) {
                failed(address, String.valueOf(e.getMessage()), found);
            }
        }
        return open.isEmpty() ? found : found.stream().map(this::half).toList();
    }

    private void failed(InetAddress address, String why, List<Finding> found) {
        String lower = why.toLowerCase(Locale.ROOT);
        boolean noRoute =
                lower.contains("unreachable") || lower.contains("no route") || lower.contains("assign requested");
        if (noRoute && address instanceof Inet6Address && patient.addresses().size() > 1) {
            looked.add(address.getHostAddress() + " not reached: this machine has no IPv6 way there (" + why + ")");
            return;
        }
        found.add(
                noRoute
                        ? filtered(address)
                        : Ailment.PORT_CLOSED.at(
                                patient.at(address).where(),
                                "nothing listens on port " + patient.port(),
                                address.getHostAddress() + " answered the connection at once with: " + why,
                                "start the server (portcullis run), or let it listen on this address and port:"
                                        + " listeners.<name>.bind = [\"*:" + patient.port() + "\"]"));
    }

    private Finding filtered(InetAddress address) {
        return Ailment.PORT_FILTERED.at(
                patient.at(address).where(),
                "no answer at all on port " + patient.port()
                        + ": something drops the packets, or the server accepts nothing any more",
                address.getHostAddress() + " did not answer within "
                        + patient.patience().toMillis() + " ms, neither yes nor no",
                "open port " + patient.port()
                        + "/tcp in the firewall and the provider's security group (on the server: nft list ruleset,"
                        + " ss -ltn 'sport = :" + patient.port()
                        + "'); if ss shows it, and Recv-Q is full, the process hangs");
    }

    /** Some addresses of a name answer and others do not. */
    private Finding half(Finding each) {
        boolean ipv6 = each.where().contains(" at ")
                && each.where().substring(each.where().indexOf(" at ")).contains(":");
        return Ailment.ADDRESS_SILENT.at(
                each.where(),
                (ipv6 ? "IPv6" : "one address")
                        + " does not answer, others of the same name do: some clients wait or fail",
                each.proof(),
                ipv6
                        ? "let the server listen on IPv6 too (bind = [\"*:" + patient.port()
                                + "\"] means both) and open its firewall, or take the AAAA record out of DNS"
                        : "mend the server at that address, or take the address out of DNS");
    }
}
