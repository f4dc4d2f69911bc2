package io.portcullis.explain;

import io.portcullis.config.Expectation;
import io.portcullis.config.Expectation.Wanted;
import io.portcullis.config.Problem;
import io.portcullis.config.RouteConfig;
import io.portcullis.proxy.Rehearsal.Outcome;
import java.util.List;
import java.util.function.Consumer;

/** Runs the tests inside a configuration. */
public final class Expectations {
    private Expectations() {}

    /**
     * Whether all of {@code expectations} hold; {@code problems} hears of each that does not, with what really happens.
     */
    public static boolean hold(List<Expectation> expectations, Explainer explainer, Consumer<Problem> problems) {
        boolean all = true;
        for (int i = 0; i < expectations.size(); i++) {
            Expectation expected = expectations.get(i);
            String happens = happens(expected, explainer);
            if (!happens.isEmpty()) {
                all = false;
                problems.accept(Problem.error(
                        expected.where(),
                        "expect[" + i + "]",
                        "\"" + expected.text() + "\" does not hold: " + happens,
                        "mend what leads there, or the expectation; portcullis explain " + expected.method() + " "
                                + expected.url() + " tells why"));
            }
        }
        return all;
    }

    /** What happens instead; empty where it holds. */
    private static String happens(Expectation expected, Explainer explainer) {
        Explanation explanation;
        try {
            List<String> fields = expected.field() == null ? List.of() : List.of(expected.field());
            explanation = explainer.explain(Question.of(expected.method(), expected.url(), fields, expected.from()));
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
        if (holds(expected.wanted(), explanation)) {
            return "";
        }
        RouteConfig route = explanation.route();
        return "it gives " + explanation.ending() + (route == null ? "" : ", by " + RouteTexts.name(route));
    }

    private static boolean holds(Wanted wanted, Explanation explanation) {
        Outcome outcome = explanation.outcome();
        RouteConfig route = explanation.route();
        return switch (wanted) {
            case Wanted.Refused refused -> outcome == null;
            case Wanted.Route named -> route != null && route.name().equals(named.name());
            case Wanted.Upstream named ->
                outcome instanceof Outcome.Forwarded to && to.upstream().equals(named.name());
            case Wanted.Status status -> outcome != null && isAnsweredSo(status, outcome);
        };
    }

    private static boolean isAnsweredSo(Wanted.Status wanted, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Refused refused -> wanted.location() == null && refused.status() == wanted.status();
            case Outcome.Answered answered -> wanted.location() == null && answered.status() == wanted.status();
            case Outcome.Redirected to ->
                to.status() == wanted.status()
                        && (wanted.location() == null || wanted.location().equals(to.location()));
            case Outcome.Forwarded forwarded -> false;
            case Outcome.Drawn drawn -> false;
        };
    }
}
