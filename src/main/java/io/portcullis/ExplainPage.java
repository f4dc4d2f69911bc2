package io.portcullis;

import io.portcullis.admin.Page;
import io.portcullis.admin.Queries;
import io.portcullis.explain.Explainer;
import io.portcullis.explain.Explanation;
import io.portcullis.explain.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /explain?method=GET&url=…}, with {@code from}, {@code header} (repeated) and {@code json}. */
record ExplainPage(Supplier<Explainer> explainer) implements Page {
    private static final String USAGE =
            "/explain?method=GET&url=https%3A%2F%2Fexample.com%2F [&from=ADDRESS] [&header=Name%3A+value] [&json]\n";

    /** The path and query that ask it. */
    static String path(String method, String url, List<String> fields, @Nullable String from, boolean json) {
        List<String> parameters = new ArrayList<>();
        parameters.add(Queries.written("method", method));
        parameters.add(Queries.written("url", url));
        fields.forEach(field -> parameters.add(Queries.written("header", field)));
        if (from != null) {
            parameters.add(Queries.written("from", from));
        }
        if (json) {
            parameters.add("json");
        }
        return "/explain?" + String.join("&", parameters);
    }

    @Override
    public Answer answer(String rest, Map<String, List<String>> query) {
        String url = query.getOrDefault("url", List.of("")).getFirst();
        if (!rest.isEmpty() || url.isEmpty()) {
            return Answer.text(400, USAGE);
        }
        try {
            Question question = Question.of(
                    query.getOrDefault("method", List.of("GET")).getFirst(),
                    url,
                    query.getOrDefault("header", List.of()),
                    query.containsKey("from") ? query.get("from").getFirst() : null);
            Explanation explanation = explainer.get().explain(question);
            return query.containsKey("json")
                    ? Answer.json(200, explanation.facts().json() + "\n")
                    : Answer.text(200, explanation.facts().text());
        } catch (IllegalArgumentException e) {
            return Answer.text(400, e.getMessage() + "\n");
        }
    }
}
