package io.portcullis;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Set;

/** The tables of docs/architecture.md that {@link HouseRulesTest} holds: which room may import what. */
final class HousePlan {
    static final String HOUSE = "io.portcullis";

    private HousePlan() {}

    /** One row of the import table; a room that does not exist yet is an empty row. */
    record Room(String name, Set<String> mayImport) {}

    static List<Room> rooms() {
        return List.of(
                new Room("config", Set.of()),
                new Room("telemetry", Set.of("config")),
                new Room("net", Set.of("config", "telemetry")),
                new Room("tls", Set.of("config", "telemetry")),
                new Room("http", Set.of("net")),
                new Room("filter", Set.of("config", "telemetry", "net", "http")),
                new Room("upstream", Set.of("config", "telemetry", "net", "tls", "http")),
                new Room("listen", Set.of("config", "telemetry", "net", "tls", "http")),
                new Room("admin", Set.of("telemetry", "net", "http")),
                new Room("sign", Set.of("config", "telemetry", "net", "tls", "http", "upstream")),
                new Room("route", Set.of("config", "net", "http", "filter", "upstream")),
                new Room("proxy", Set.of("config", "telemetry", "net", "http", "filter", "upstream", "route")),
                new Room("explain", Set.of("config", "net", "tls", "http", "upstream", "route", "proxy")),
                new Room("doctor", Set.of("config", "tls")));
    }

    /** A library and the only rooms that may import it; the root is written {@code root}. */
    record LibraryDoor(String library, Set<String> openTo) {}

    static List<LibraryDoor> doors() {
        return List.of(
                new LibraryDoor("com.typesafe.config", Set.of("config")),
                new LibraryDoor("com.google.re2j", Set.of("config")),
                new LibraryDoor("io.micrometer", Set.of("telemetry")),
                new LibraryDoor("io.opentelemetry", Set.of("telemetry")),
                new LibraryDoor("io.prometheus", Set.of("telemetry")),
                new LibraryDoor("picocli", Set.of("root")),
                new LibraryDoor("io.netty.channel.epoll", Set.of("net")),
                new LibraryDoor("io.netty.channel.uring", Set.of("net")),
                new LibraryDoor("io.netty.resolver.dns", Set.of("net")),
                new LibraryDoor("io.netty.handler.codec.haproxy", Set.of("net")),
                new LibraryDoor("io.netty.handler.ssl", Set.of("tls", "listen")),
                new LibraryDoor("io.netty.internal.tcnative", Set.of("tls")),
                new LibraryDoor("org.bouncycastle", Set.of("tls")),
                new LibraryDoor("io.netty.handler.codec.http", Set.of("http", "listen", "upstream")),
                new LibraryDoor("io.netty.handler.codec.http2", Set.of("http", "listen", "upstream")),
                new LibraryDoor("io.netty.handler.codec.http3", Set.of("http", "listen", "upstream")),
                new LibraryDoor("io.netty.handler.codec.quic", Set.of("listen", "upstream")));
    }

    static boolean isOurs(JavaClass type) {
        return (type.getPackageName() + ".").startsWith(HOUSE + ".");
    }

    static String room(JavaClass type) {
        String name = type.getPackageName();
        if (name.equals(HOUSE)) {
            return "root";
        }
        String inside = name.substring(Math.min(name.length(), HOUSE.length() + 1));
        int dot = inside.indexOf('.');
        return dot < 0 ? inside : inside.substring(0, dot);
    }
}
