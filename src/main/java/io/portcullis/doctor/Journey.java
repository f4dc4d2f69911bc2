package io.portcullis.doctor;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Redirects followed from one page, on one host.
 *
 * @param pages asked for, in order
 * @param answers to them; shorter by one where the last page had none
 * @param dead why the last page had no answer; null where it had one
 * @param loops whether it came back to a page it had seen, or went on for too long
 * @param away where it left the host; null: nowhere
 */
record Journey(List<URI> pages, List<HttpAnswer> answers, @Nullable String dead, boolean loops, @Nullable URI away) {
    /** Browsers give up at 20; a site that needs so many is ill before. */
    private static final int MOST = 10;

    static Journey from(Patient patient, URI start) {
        List<URI> pages = new ArrayList<>();
        List<HttpAnswer> answers = new ArrayList<>();
        URI page = start;
        while (true) {
            if (pages.contains(page) || pages.size() >= MOST) {
                pages.add(page);
                return new Journey(pages, answers, null, true, null);
            }
            pages.add(page);
            StringBuilder beginning = new StringBuilder();
            HttpAnswer answer;
            try {
                answer = HttpAnswer.get(patient.at(port(page), Patient.Speaks.ANY), page, beginning);
            } catch (IOException e) {
                return new Journey(pages, answers, String.valueOf(e.getMessage()), false, null);
            }
            if (answer == null) {
                String what = beginning.isEmpty() ? "closed without an answer" : "no HTTP: " + beginning;
                return new Journey(pages, answers, what, false, null);
            }
            answers.add(answer);
            URI next = next(page, answer);
            if (next == null || next.getHost() == null) {
                return new Journey(pages, answers, null, false, null);
            }
            if (!next.getHost().equalsIgnoreCase(String.valueOf(start.getHost()))) {
                return new Journey(pages, answers, null, false, next);
            }
            page = next;
        }
    }

    /** Where {@code answer} leads from {@code page}; null: nowhere. */
    static @Nullable URI next(URI page, HttpAnswer answer) {
        String location = answer.first("location");
        if (answer.status() < 300 || answer.status() > 399 || location == null) {
            return null;
        }
        try {
            URI next = page.resolve(new URI(location));
            return List.of("http", "https").contains(String.valueOf(next.getScheme())) ? next : null;
        } catch (java.net.URISyntaxException e) {
            return null;
        }
    }

    static int port(URI page) {
        return page.getPort() > 0 ? page.getPort() : "https".equals(page.getScheme()) ? 443 : 80;
    }

    /** {@code http://a.example/ -> https://a.example/}. */
    String told() {
        return String.join(" -> ", pages.stream().map(URI::toString).toList());
    }

    /** The first answer over TLS, or without it; null where there was none. */
    @Nullable
    HttpAnswer first(String scheme) {
        for (int i = 0; i < answers.size(); i++) {
            if (scheme.equals(pages.get(i).getScheme())) {
                return answers.get(i);
            }
        }
        return null;
    }
}
