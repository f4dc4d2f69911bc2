package io.portcullis.explain;

import io.portcullis.config.RouteConfig;
import io.portcullis.proxy.Rehearsal;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a question, and why.
 *
 * @param ending in one line, for example {@code 308 https://a.example/} or {@code upstream api}
 * @param unreached why no request comes about (no listener, no certificate); null where one does
 * @param outcome what is decided about the request; null where none comes about
 * @param route the route that takes it; null where none does
 * @param facts everything, in the order in which it would happen
 */
public record Explanation(
        String ending,
        @Nullable String unreached,
        Rehearsal.@Nullable Outcome outcome,
        @Nullable RouteConfig route,
        Facts facts) {

    static String ending(Rehearsal.Outcome outcome) {
        return switch (outcome) {
            case Rehearsal.Outcome.Refused refused ->
                refused.status() + " (" + refused.why().kind().tag() + ": "
                        + refused.why().detail() + ")";
            case Rehearsal.Outcome.Redirected to -> to.status() + " " + to.location();
            case Rehearsal.Outcome.Answered answered -> String.valueOf(answered.status());
            case Rehearsal.Outcome.Forwarded forwarded -> "upstream " + forwarded.upstream();
            case Rehearsal.Outcome.Drawn drawn ->
                drawn.split().shares().stream()
                        .map(share -> "upstream " + share.upstream() + " (weight " + share.weight() + ")")
                        .collect(Collectors.joining(" or ", "", ", by lot"));
        };
    }
}
