package io.portcullis.explain;

import io.portcullis.config.RouteConfig;

/** Routes in words. */
final class RouteTexts {
    private RouteTexts() {}

    /** {@code routes[2] api, a.example/api/* (x.conf:12)}. */
    static String name(RouteConfig route) {
        String conditions = route.match().toString();
        String match = (route.host() == null ? "every host, " : route.host())
                + route.path()
                + (route.path().endsWith("/") ? "*" : "")
                + (conditions.isEmpty() ? "" : " " + conditions);
        String own = route.host() == null ? route.path() : route.host() + route.path();
        return "routes[" + route.index() + "] " + (route.name().startsWith(own) ? "" : route.name() + ", ") + match
                + " (" + route.where() + ")";
    }

    static String why(RouteConfig route) {
        String host = route.host();
        String byHost = host == null
                ? "no more specific route matches"
                : host.startsWith("*.") ? "the wildcard stands for the first label" : "it names the host";
        String byPath = route.path().equals("/")
                ? "/ matches every path"
                : route.path().endsWith("/") ? "the longest prefix of the path" : "exactly the path";
        return byHost + ", " + byPath + (route.match().size() == 0 ? "" : ", all of its conditions hold");
    }
}
