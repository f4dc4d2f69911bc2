package io.portcullis.config;

import java.util.ArrayList;
import java.util.List;

/**
 * What a request must be like, beside host and path, to take a route ({@code routes[].match}). All must hold.
 *
 * @param methods one of them; empty for every method
 * @param headers each of them, by any line of that name
 * @param query each of them, by any parameter of that name, percent-decoded
 * @param cookies each of them
 * @param clients addresses and ranges, one of which the client's must be in; empty for everybody
 */
public record MatchConfig(
        List<String> methods,
        List<FieldMatch> headers,
        List<FieldMatch> query,
        List<FieldMatch> cookies,
        List<String> clients) {
    /** Every request. */
    public static final MatchConfig EVERYTHING = new MatchConfig(List.of(), List.of(), List.of(), List.of(), List.of());

    public MatchConfig {
        methods = List.copyOf(methods);
        headers = List.copyOf(headers);
        query = List.copyOf(query);
        cookies = List.copyOf(cookies);
        clients = List.copyOf(clients);
    }

    /** How many conditions: of two routes with the same host and path the one with more is asked first. */
    public int size() {
        return (methods.isEmpty() ? 0 : 1)
                + headers.size()
                + query.size()
                + cookies.size()
                + (clients.isEmpty() ? 0 : 1);
    }

    /** Whether every request that meets {@code other} meets this, as far as the texts show it. */
    boolean isImpliedBy(MatchConfig other) {
        return (methods.isEmpty() || !other.methods.isEmpty() && methods.containsAll(other.methods))
                && (clients.isEmpty() || !other.clients.isEmpty() && IpAddresses.cover(clients, other.clients))
                && areImplied(headers, other.headers)
                && areImplied(query, other.query)
                && areImplied(cookies, other.cookies);
    }

    private static boolean areImplied(List<FieldMatch> these, List<FieldMatch> others) {
        return these.stream().allMatch(each -> others.stream().anyMatch(each::isImpliedBy));
    }

    /** Each condition in words. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        if (!methods.isEmpty()) {
            texts.add("method " + String.join("|", methods));
        }
        headers.forEach(each -> texts.add("header " + each));
        query.forEach(each -> texts.add("query " + each));
        cookies.forEach(each -> texts.add("cookie " + each));
        if (!clients.isEmpty()) {
            texts.add("client " + String.join("|", clients));
        }
        return texts;
    }

    /** {@code if method GET, header x-beta = 1}; empty where there is no condition. */
    @Override
    public String toString() {
        return size() == 0 ? "" : "if " + String.join(", ", texts());
    }
}
