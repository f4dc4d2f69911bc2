package io.portcullis.config;

import io.portcullis.config.Expectation.Wanted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one line of {@code expect}. */
final class ExpectationReader {
    private static final String EXAMPLE =
            "write \"GET https://a.example/x -> 200\", \"… -> 308 https://a.example/\", \"… -> upstream api\","
                    + " \"… -> route api\" or \"… -> refused\"; before the arrow: from ADDRESS, with Name: value";
    private static final Pattern LINE = Pattern.compile("([A-Za-z]+)\\s+(https?://\\S+)"
            + "(?:\\s+from\\s+(\\S+))?(?:\\s+with\\s+([^\\s:]+:.*?))?\\s*->\\s*(\\S.*)");
    private static final Pattern STATUS = Pattern.compile("([2-5]\\d\\d)(?:\\s+(\\S+))?");
    private static final Pattern NAMED = Pattern.compile("(upstream|route)\\s+(\\S.*)");

    private ExpectationReader() {}

    static Expectation read(Setting setting) throws Refusal {
        String text = setting.text().strip();
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            throw new Refusal("expected METHOD URL -> RESULT, found \"" + text + "\"", EXAMPLE);
        }
        return new Expectation(
                text,
                line.group(1),
                line.group(2),
                line.group(3),
                line.group(4),
                wanted(line.group(5).strip()),
                setting.where());
    }

    private static Wanted wanted(String text) throws Refusal {
        Matcher status = STATUS.matcher(text);
        if (status.matches()) {
            return new Wanted.Status(Integer.parseInt(status.group(1)), status.group(2));
        }
        Matcher named = NAMED.matcher(text);
        if (named.matches()) {
            return named.group(1).equals("upstream")
                    ? new Wanted.Upstream(named.group(2))
                    : new Wanted.Route(named.group(2));
        }
        if (text.equals("refused")) {
            return new Wanted.Refused();
        }
        throw new Refusal("expected a status, upstream NAME, route NAME or refused, found \"" + text + "\"", EXAMPLE);
    }
}
