package io.portcullis.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where to listen and where to connect, in the form the operator writes. */
final class Addresses {
    private static final Pattern DIGITS = Pattern.compile("\\d{1,5}");
    private static final Pattern SERVICE = Pattern.compile("_[a-z0-9-]{1,62}\\._(?:tcp|udp)\\.(.+)");
    private static final Pattern PORT_ALONE = Pattern.compile(":?\\d{1,5}");

    /** Bytes of a Unix socket's path that the kernel takes, its closing zero left out. */
    private static final int UNIX_PATH_MAX = 107;

    private record HostPort(String host, int port) {}

    private Addresses() {}

    static BindAddress bind(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (text.startsWith("unix:")) {
            return new BindAddress(null, 0, unixPath(setting, text), setting.where());
        }
        String expected = "expected an address to listen on, found \"" + text + "\"";
        if (PORT_ALONE.matcher(text).matches()) {
            throw new Refusal(expected, "for every interface write \"*:" + text.replace(":", "") + "\"");
        }
        HostPort parts =
                split(text, expected, "write \"*:443\", \"127.0.0.1:443\", \"[::1]:443\" or \"unix:/path\"", 0);
        if (parts.host.equals("*")) {
            return new BindAddress(null, parts.port, null, setting.where());
        }
        checkHost(parts.host, expected);
        return new BindAddress(parts.host, parts.port, null, setting.where());
    }

    static UpstreamConfig.EndpointAddress endpoint(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (text.startsWith("unix:")) {
            return new UpstreamConfig.EndpointAddress("", 0, unixPath(setting, text));
        }
        if (text.startsWith("srv:")) {
            return service(text);
        }
        String expected = "expected a backend's address, found \"" + text + "\"";
        if (text.startsWith("https://")) {
            throw new Refusal(expected, "write host:port, and tls {} in the upstream's block");
        }
        if (text.contains("://")) {
            throw new Refusal(expected, "write host:port, without a scheme");
        }
        HostPort parts =
                split(text, expected, "write \"10.0.0.5:8080\", \"[::1]:8080\", \"name:8080\" or \"unix:/path\"", 1);
        if (parts.host.equals("*")) {
            throw new Refusal(expected, "name one backend: * is for listening only");
        }
        checkHost(parts.host, expected);
        return new UpstreamConfig.EndpointAddress(parts.host, parts.port, null);
    }

    /** {@code srv:_http._tcp.example.com} (RFC 2782). */
    private static UpstreamConfig.EndpointAddress service(String text) throws Refusal {
        String name = text.substring("srv:".length()).toLowerCase(Locale.ROOT);
        Matcher parts = SERVICE.matcher(name);
        if (!parts.matches()) {
            throw new Refusal(
                    "expected the name of SRV records, found \"" + text + "\"",
                    "write \"srv:_http._tcp.app.example\" (RFC 2782)");
        }
        HostNames.check(text, parts.group(1));
        return new UpstreamConfig.EndpointAddress(name, 0, null);
    }

    private static HostPort split(String text, String expected, String remedy, int minPort) throws Refusal {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new Refusal(expected, remedy);
        }
        String host = text.substring(0, colon).toLowerCase(Locale.ROOT);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new Refusal(expected, "write an IPv6 address in brackets: \"[::1]:443\"");
        }
        if (bracketed && !IpAddresses.isV6(host.substring(1, host.length() - 1))) {
            throw new Refusal(expected, "what stands in the brackets is not an IPv6 address");
        }
        String port = text.substring(colon + 1);
        if (!DIGITS.matcher(port).matches() || Integer.parseInt(port) > 65535 || Integer.parseInt(port) < minPort) {
            throw new Refusal(expected, "the port is a number from " + minPort + " to 65535");
        }
        return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }

    private static void checkHost(String host, String expected) throws Refusal {
        if (IpAddresses.literal(host) != null) {
            return;
        }
        if (IpAddresses.looksLikeV4(host)) {
            throw new Refusal(expected, "each number of an IPv4 address goes from 0 to 255");
        }
        HostNames.check(host, host);
    }

    private static Path unixPath(Setting setting, String text) throws Refusal {
        String name = text.substring("unix:".length());
        if (name.isBlank()) {
            throw new Refusal("expected a socket file after \"unix:\"", "write \"unix:/run/portcullis.sock\"");
        }
        Path path = FileState.resolve(setting, name);
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > UNIX_PATH_MAX) {
            throw new Refusal(
                    "the socket's path has " + bytes + " bytes, the kernel takes " + UNIX_PATH_MAX,
                    "choose a shorter path");
        }
        return path;
    }
}
